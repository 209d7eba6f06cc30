"""The left panel's form, and the windows that it opens."""
