"""`flet-lock tree`: the locked graph as a tree. Offline, no index."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.analysis.tree import Branch, unfold
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.inspecting.locked_app import LockedApp, LockedPlatform, read_locked_app


class PlatformTree(Struct, frozen=True, kw_only=True):
    """A platform's tree."""

    locked: LockedPlatform
    """The lock."""
    root: Branch | None
    """None where the package to start from is not in this lock."""


class TreeOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock tree`."""

    kind: ClassVar[str] = "tree"
    app: LockedApp
    """Its locks."""
    inverted: NormalizedName | None
    """The package whose dependents are shown; None: the app and what it needs."""
    depth: int | None
    """Levels below the root; None: all."""
    platforms: tuple[PlatformTree, ...]
    """One per lock, Android first."""

    @property
    def found(self) -> bool:
        """Whether there is anything to show."""
        return any(each.root is not None for each in self.platforms)

    @property
    def exit_code(self) -> int:
        """1 if there is nothing to show."""
        return int(not self.found)


def tree(
    root: Path,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    invert: str | None,
    depth: int | None,
) -> TreeOutcome:
    """Unfolds each platform's lock.

    Args:
        root: the app's folder.
        options: see `read_locked_app`.
        environ: the process environment.
        invert: start from this package and go up through its dependents; None: from the app down.
        depth: levels below the root; None: all.

    Raises:
        LockMissing, LockUnreadable: see `read_locked_app`.
    """
    app = read_locked_app(root, options=options, environ=environ)
    start = None if invert is None else canonicalize_name(invert)
    return TreeOutcome(
        app=app,
        inverted=start,
        depth=depth,
        platforms=tuple(
            PlatformTree(
                locked=each,
                root=unfold(each.graph, start, upwards=start is not None, depth=depth)
                if start is None or start in each.graph.nodes
                else None,
            )
            for each in app.platforms
        ),
    )
