"""`tree`, `why` and `wheels`."""
