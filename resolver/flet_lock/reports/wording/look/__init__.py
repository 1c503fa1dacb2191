"""Wording of `wheels`, `why`, `tree`, `request` and `cache`."""
