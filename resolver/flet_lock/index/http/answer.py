"""What a server answered. Values only: no part of the HTTP library is imported here."""

from collections.abc import Callable, Mapping

from msgspec import Struct

MAX_BODY_BYTES = 256 * 1024 * 1024
"""Of an answer that is kept in memory; the largest project pages have some 20 MB."""

BodySink = Callable[[int, Mapping[str, str]], Callable[[bytes], object]]
"""Status and headers of an answer to where its body goes; called anew for each attempt."""


class Answer(Struct, frozen=True, kw_only=True):
    """A final answer, redirects followed."""

    status: int
    headers: Mapping[str, str]
    """Case does not matter."""
    url: str
    """Where it came from, without credentials."""
    content: bytes
    """Decompressed; empty where a `receive` took it, and for statuses of 300 and more."""
    from_keyring: bool = False
    """Got with credentials that only the keyring has: not to be kept among what others may see."""


class BodyTooLarge(Exception):  # noqa: N818 - what happened; the caller knows what it means
    """The body is larger than is accepted; a `receive` may raise it too."""


class NoMetadata(ValueError):  # noqa: N818 - becomes MetadataMissing where the file is known
    """Not a readable wheel, or one without METADATA; the message says which."""
