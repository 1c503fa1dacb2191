"""Wording of `lock` and `check`."""
