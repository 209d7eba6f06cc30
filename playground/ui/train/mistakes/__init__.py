"""On the right: what the network confuses, and how far its values are off."""
