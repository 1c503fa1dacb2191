"""Whole files: downloads, the hashes that they must have, temporary folders."""
