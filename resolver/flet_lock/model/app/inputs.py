"""Everything that decides a platform's lock, in canonical form.

The lock stores it, and `flet-lock check` compares it with what the project says now; comments,
order and formatting of the project's files cannot change it.
"""

from msgspec import Struct

from flet_lock.model.target import Platform


class LockInputs(Struct, frozen=True, kw_only=True):
    """All strings are canonical, all tuples sorted and without repetition.

    Built by `workflows/locking/lock_plan.py`, kept by `lockfile/`.
    """

    platform: Platform
    generation: str
    """Name of the generation of Flet that builds the app, `1.0`."""
    requirements: tuple[str, ...]
    """PEP 508 text, normalized names, sorted specifiers; hashes appended as ` --hash=…`."""
    constraints: tuple[str, ...]
    overrides: tuple[str, ...]
    python: str
    """The minor, `3.14`: the exact release is the catalogue's affair."""
    requires_python: str
    """Canonical specifier; `""` where the project gives none."""
    slices: tuple[str, ...]
    """Slice names, in catalogue order rather than sorted."""
    minimum_os: str
    """`24` or `13.0`."""
    source_packages: tuple[str, ...]
    indexes: tuple[str, ...]
    """`name=location` in index order, credentials removed, a directory relative to the project
    with `/`; an explicit one ends in ` (explicit)`."""
    sources: tuple[str, ...]
    """`package=index`."""
    groups: tuple[str, ...]
    extras: tuple[str, ...]
    prereleases: tuple[str, ...]
    """`*` for everywhere."""
    exclude_newer: str
    """RFC 3339 in UTC; `""` for none."""
    same_versions: bool
    catalogue: str
    """Digest of the Python catalogue's facts for this Python: a new release of Flet's Python is a
    reason to lock again."""
