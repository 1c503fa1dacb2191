"""`lock` and `check`."""
