"""Differences between what a project asks for and what its lock was made for."""

from msgspec import Struct

from flet_lock.model.target import Platform


class Drift(Struct, frozen=True, kw_only=True):
    """One difference between a project and its lock.

    `kind` names the field of `LockInputs`, or `missing` where there is no lock at all, or
    `damaged` where the lock's own digest does not match its contents.
    """

    platform: Platform
    kind: str
    added: tuple[str, ...]
    """What the project says and the lock does not; for single values, the project's."""
    removed: tuple[str, ...]
    """What the lock says and the project does not; for single values, the lock's."""
    places: tuple[str, ...]
    """Where the added ones stand, `pyproject.toml [project].dependencies[2]`; same order as
    `added`, `""` where there is no place."""
