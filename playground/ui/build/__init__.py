"""Build mode: palette, canvas, inspector, and what is known of the network below."""
