"""Loss landscapes and optimizer races, without a window."""
