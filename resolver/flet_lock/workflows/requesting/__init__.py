"""`request`."""
