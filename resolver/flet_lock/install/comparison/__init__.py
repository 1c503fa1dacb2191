"""Is a tree that a build installed the lock? Wheels against folders, file by file."""
