"""Sets of targets as bits: the resolver unites and compares them on every step."""

from collections.abc import Iterator, Sequence

from flet_lock.model.target import Target


def bits(mask: int) -> Iterator[int]:
    """Positions of the set bits, lowest first."""
    position = 0
    while mask:
        if mask & 1:
            yield position
        mask >>= 1
        position += 1


def members(mask: int, targets: Sequence[Target]) -> tuple[Target, ...]:
    """The targets in a set, in the request's order."""
    return tuple(targets[position] for position in bits(mask))
