"""Holds bytes against the hashes that an index promises."""

import hashlib
from collections.abc import Mapping
from typing import Protocol

from flet_lock.model.errors.index import IntegrityError

# Strongest first; sha256 leads because every index gives it and equal keys meet then.
_PREFERRED = (
    "sha256",
    "sha512",
    "sha384",
    "sha3_256",
    "sha3_512",
    "sha3_384",
    "blake2b",
    "blake2s",
    "sha224",
    "sha1",
    "md5",
)


class Hash(Protocol):
    """What hashlib's objects offer."""

    def update(self, data: bytes, /) -> None:
        """Takes more bytes."""

    def hexdigest(self) -> str:
        """The digest so far."""


def strongest(hashes: Mapping[str, str]) -> tuple[str, str] | None:
    """Algorithm and hex digest to verify with; None where none is known here."""
    for algorithm in _PREFERRED:
        if algorithm in hashes:
            return algorithm, hashes[algorithm]
    return None


def new_hash(algorithm: str) -> Hash:
    """A running hash. Old algorithms guard against damage only, and are all some indexes have."""
    return hashlib.new(algorithm, usedforsecurity=False)


def verify(
    content: bytes, hashes: Mapping[str, str], *, index: str | None, url: str, filename: str
) -> None:
    """Compares bytes with the strongest promise; without a promise everything passes.

    Raises:
        IntegrityError: the bytes are others.
    """
    promise = strongest(hashes)
    if promise is None:
        return
    algorithm, expected = promise
    running = new_hash(algorithm)
    running.update(content)
    found = running.hexdigest()
    if found != expected:
        raise IntegrityError(
            index=index,
            url=url,
            filename=filename,
            algorithm=algorithm,
            expected=expected,
            found=found,
        )
