"""Changed packages in JSON documents."""

from collections.abc import Iterable

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.lockfile.changes import ChangeKind, PackageChange
from flet_lock.model.answer.resolution import Availability


class ChangeDocument(Struct, frozen=True, kw_only=True):
    """A package that is not as it was in the old lock."""

    package: NormalizedName
    kind: ChangeKind
    """`added`, `removed`, `up` or `down`; else `class` or `index`, which may come with these."""
    before: Version | None
    """None: not in the old lock."""
    after: Version | None
    """None: not in the lock any more."""
    classes: tuple[Availability | None, Availability | None]
    """The worst class that a slice gets, before and after; None where it is not known."""
    indexes: tuple[tuple[str, ...], tuple[str, ...]]
    """Where its files are listed, before and after."""


def change_parts(changes: Iterable[PackageChange]) -> tuple[ChangeDocument, ...]:
    """Changes as documents show them."""
    return tuple(map(change_part, changes))


def change_part(change: PackageChange) -> ChangeDocument:
    """A change as documents show it."""
    old, new = change.before, change.after
    return ChangeDocument(
        package=change.package,
        kind=change.kind,
        before=old.version if old else None,
        after=new.version if new else None,
        classes=(old.availability if old else None, new.availability if new else None),
        indexes=(old.indexes if old else (), new.indexes if new else ()),
    )
