"""Answers that cannot be what was asked for, as errors; each made here, and nowhere else."""

from flet_lock.model.errors.index import IndexGarbage
from flet_lock.model.redaction import public_url


def garbage(
    index: str | None, url: str, detail: str, content_type: str | None = None
) -> IndexGarbage:
    """An answer that cannot be what was asked for.

    Args:
        index: Name of the index; None for a direct URL.
        url: Where it came from.
        detail: What is wrong with it.
        content_type: What the server calls it; None where that does not matter.
    """
    return IndexGarbage(index=index, url=public_url(url), detail=detail, content_type=content_type)


def too_large(index: str | None, url: str, limit: int) -> IndexGarbage:
    """More than `limit` bytes."""
    return garbage(index, url, f"more than {limit} bytes")


def not_there(index: str | None, url: str) -> IndexGarbage:
    """A listed file that its server does not have."""
    return garbage(index, url, "the index lists a file that is not there (HTTP 404)")


def unreadable(index: str | None, url: str, error: OSError) -> IndexGarbage:
    """A listed file of this machine that cannot be read."""
    return garbage(index, url, f"a listed file cannot be read: {error.strerror}")
