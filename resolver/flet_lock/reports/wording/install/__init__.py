"""Wording of installs, builds and verification."""
