"""A request for a package that somebody else has made before."""

from msgspec import Struct


class ExistingRequest(Struct, frozen=True, kw_only=True):
    """A discussion or an issue on GitHub."""

    title: str
    """As its author wrote it: foreign text."""
    url: str
    open: bool
    votes: int
