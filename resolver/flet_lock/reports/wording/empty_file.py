"""Tells an empty download from an altered file: the one is tried again, the other is not."""

import hashlib


def is_of_nothing(algorithm: str, found: str) -> bool:
    """Whether what was found is the digest, or the size, of no bytes at all.

    Args:
        algorithm: as `hashlib` names it; `size` for a number of bytes.
        found: the hex digest or the number.
    """
    if algorithm == "size":
        return found.partition(" ")[0] == "0"
    return (
        algorithm in hashlib.algorithms_guaranteed
        and found == hashlib.new(algorithm, usedforsecurity=False).hexdigest()
    )
