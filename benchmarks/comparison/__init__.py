"""Compares flet-lock with uv and pip on a recorded index."""
