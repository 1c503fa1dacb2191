"""A request for a package that somebody else has made before."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingRequest:
    """A discussion or an issue on GitHub."""

    title: str
    """As its author wrote it: foreign text."""
    url: str
    open: bool
    votes: int
