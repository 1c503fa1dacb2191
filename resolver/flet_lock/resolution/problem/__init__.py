"""What is to be resolved: requirements per target, releases, candidates."""
