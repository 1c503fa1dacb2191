"""Edits of the files of the user."""
