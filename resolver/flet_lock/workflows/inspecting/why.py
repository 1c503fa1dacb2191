"""`flet-lock why`: who brought a package into the locks. Offline, no index."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from msgspec import Struct
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.analysis.chains import Chains, chains_to
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.inspecting.locked_app import LockedApp, LockedPlatform, read_locked_app

CHAINS_SHOWN: Final = 10
_ALL_CHAINS: Final = 1_000


class PlatformReasons(Struct, frozen=True, kw_only=True):
    """Why a package is in a platform's lock."""

    locked: LockedPlatform
    """The lock."""
    chains: Chains | None
    """None where it is not in this lock."""


class WhyOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock why`."""

    kind: ClassVar[str] = "why"
    app: LockedApp
    """Its locks."""
    package: NormalizedName
    """The package in question."""
    platforms: tuple[PlatformReasons, ...]
    """One per lock, Android first."""

    @property
    def found(self) -> bool:
        """Whether it is in any lock."""
        return any(each.chains is not None for each in self.platforms)

    @property
    def exit_code(self) -> int:
        """1 if it is in no lock."""
        return int(not self.found)


def why(
    root: Path,
    package: str,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    everything: bool,
) -> WhyOutcome:
    """Finds the dependency paths from the app's own requirements to a package.

    Args:
        root: the app's folder.
        package: its name, spelled in any way.
        options: see `read_locked_app`.
        environ: the process environment.
        everything: all paths, not only the first `CHAINS_SHOWN`.

    Raises:
        LockMissing, LockUnreadable: see `read_locked_app`.
    """
    app = read_locked_app(root, options=options, environ=environ)
    name = canonicalize_name(package)
    limit = _ALL_CHAINS if everything else CHAINS_SHOWN
    return WhyOutcome(
        app=app,
        package=name,
        platforms=tuple(
            PlatformReasons(
                locked=each,
                chains=chains_to(each.graph, name, limit=limit)
                if name in each.graph.nodes
                else None,
            )
            for each in app.platforms
        ),
    )
