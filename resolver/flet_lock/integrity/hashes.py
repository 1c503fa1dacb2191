"""Hashes of files: which are known here, which are well-formed, which to go by."""

import hashlib
import re
from collections.abc import Mapping
from typing import Protocol

from flet_lock.boundary.digest import DIGEST_DIGITS, parse_digest

_PREFERRED = (
    "sha256",
    "sha512",
    "sha384",
    "sha3_256",
    "sha3_512",
    "sha3_384",
    "blake2b",
    "blake2s",
)
"""The strongest first; sha256 leads because every index gives it and equal keys meet then. After
them come those that guard against damage only."""
_WEAK = ("sha224", "sha3_224", "sha1", "md5")
_is_sha256 = re.compile(r"[0-9a-f]{64}").fullmatch


class Hash(Protocol):
    """What hashlib's objects offer."""

    def update(self, data: bytes, /) -> None:
        """Takes more bytes."""

    def hexdigest(self) -> str:
        """The digest so far."""


def strongest(hashes: Mapping[str, str]) -> tuple[str, str] | None:
    """Algorithm and hex digest to verify with; None where none is known here."""
    for algorithm in (*_PREFERRED, *_WEAK):
        if algorithm in hashes:
            return algorithm, hashes[algorithm]
    return None


def read_hashes(given: Mapping[str, str]) -> dict[str, str]:
    """The hashes that an index gives, lower case; those of algorithms that are not known here go.

    Raises:
        RefusedTextError: a digest is not hexadecimal, or not as long as its algorithm makes it.
    """
    digest = given.get("sha256")
    if digest is not None and len(given) == 1 and _is_sha256(digest):
        return {**given}  # as PyPI has them
    names = {name.lower(): digits for name, digits in given.items()}
    return {
        name: parse_digest(name, digits) for name, digits in names.items() if name in DIGEST_DIGITS
    }


def new_hash(algorithm: str) -> Hash:
    """A running hash. Old algorithms guard against damage only, and are all some indexes have."""
    return hashlib.new(algorithm, usedforsecurity=False)
