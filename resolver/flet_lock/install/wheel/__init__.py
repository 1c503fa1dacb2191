"""One wheel file: which files it installs, and every fault in it."""
