"""The forms in which `flet-lock env` writes variables."""

from typing import Final

SHELLS: Final = ("sh", "powershell", "cmd", "github", "dotenv", "json")
"""Choices of `--shell`. `github` is for `$GITHUB_ENV`, `dotenv` for `.env` files."""
