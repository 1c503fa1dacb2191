"""`install` and `export`."""
