"""Small widgets that every part of the window shares: one file, one idea; each follows the theme by itself."""
