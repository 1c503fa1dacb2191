"""Outside text becomes valid values here, with bounds on size, depth, digits and length."""
