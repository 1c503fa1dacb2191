"""Is a lock in step with its project? Offline, from two values."""

from collections.abc import Mapping
from pathlib import Path

from flet_lock.lockfile.read_lock import read_head
from flet_lock.model.answer.drift import Drift, DriftKind
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors.lock import LockMissing
from flet_lock.model.target import Platform


def find_drift(path: Path, wanted: LockInputs, places: Mapping[str, Place]) -> tuple[Drift, ...]:
    """Every difference between a lock file and its project; empty if it is in step.

    Args:
        path: the lock file.
        wanted: the inputs of the project as it is now.
        places: as for `compare_inputs`.

    Raises:
        LockUnreadable: the file is no lock of ours, or says nothing that could be compared.
    """
    try:
        locked, intact = read_head(path)
    except LockMissing:
        return (_bare(wanted.platform, DriftKind.MISSING),)
    damage = () if intact else (_bare(wanted.platform, DriftKind.DAMAGED),)
    return damage + compare_inputs(wanted.platform, locked, wanted, places)


def compare_inputs(
    platform: Platform, locked: LockInputs, wanted: LockInputs, places: Mapping[str, Place]
) -> tuple[Drift, ...]:
    """One drift for each field that differs, in the order of the class.

    Where only the order of a field differs (of indexes, say, where it decides), the whole field
    stands on both sides, in one piece: `a, b` became `b, a`.

    Args:
        platform: named in each drift.
        locked: what the lock was made for.
        wanted: the inputs of the project as it is now.
        places: where things stand in the project: text of an item (`numpy>=2`), or name of a
            field, to place. What is not a key has no place.
    """
    found: list[Drift] = []
    for name in LockInputs.__struct_fields__:
        before, after = _texts(getattr(locked, name)), _texts(getattr(wanted, name))
        if before == after:
            continue
        added = tuple(text for text in after if text not in before)
        removed = tuple(text for text in before if text not in after)
        if not added and not removed:
            added, removed = (", ".join(after),), (", ".join(before),)
        found.append(
            Drift(
                platform=platform,
                kind=DriftKind(name),
                added=added,
                removed=removed,
                places=tuple(places.get(text, places.get(name)) for text in added),
            )
        )
    return tuple(found)


def _texts(value: object) -> tuple[str, ...]:
    """A field as texts: none for an empty one."""
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, str):
        return (value,) if value else ()
    if isinstance(value, tuple):
        return value
    message = f"an input of a kind that cannot be compared: {value!r}"
    raise TypeError(message)


def _bare(platform: Platform, kind: DriftKind) -> Drift:
    return Drift(platform=platform, kind=kind, added=(), removed=(), places=())
