"""Digests of files, as text: an algorithm and hexadecimal digits of its length."""

from typing import Final

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.model.lazy_regex import lazy_regex

DIGEST_DIGITS: Final = {
    "md5": 32,
    "sha1": 40,
    "sha224": 56,
    "sha256": 64,
    "sha384": 96,
    "sha512": 128,
    "blake2b": 128,
    "blake2s": 64,
    "sha3_224": 56,
    "sha3_256": 64,
    "sha3_384": 96,
    "sha3_512": 128,
}
"""`hashlib.algorithms_guaranteed` without those of variable length: algorithm to hex digits."""

_HEX = lazy_regex(r"[0-9A-Fa-f]+\Z")
_COMMIT = lazy_regex(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")


def parse_digest(algorithm: str, digits: str) -> str:
    """The hexadecimal digest, in lower case.

    Raises:
        RefusedTextError: it is none of this algorithm, or the algorithm is not known.
    """
    wanted = DIGEST_DIGITS.get(algorithm)
    if wanted is None:
        raise RefusedTextError("not an algorithm of hashlib")
    if len(digits) != wanted or _HEX.match(digits) is None:
        raise RefusedTextError(f"not {wanted} hexadecimal digits")
    return digits.lower()


def parse_commit(text: str) -> str:
    """The name of a Git commit: SHA-1 or SHA-256, in full.

    Raises:
        RefusedTextError: it is none.
    """
    if _COMMIT.match(text) is None:
        raise RefusedTextError("not a whole commit: 40 or 64 hexadecimal digits in lower case")
    return text
