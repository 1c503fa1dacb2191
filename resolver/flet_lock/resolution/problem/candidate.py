"""A release being weighed for a set of targets."""

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.resolution.problem.target_requirement import Key


class Candidate(Struct, frozen=True, eq=False, kw_only=True):
    """A version of a package (or of one extra of it) for the targets that need it.

    Which file each target gets is settled by `Releases.select`, when its metadata is known.
    `eq=False`: resolvelib tells candidates apart by identity.
    """

    package: NormalizedName
    extra: str
    version: Version
    targets: int
    """Bit set: the targets that need it, as far as was known when it was weighed."""
    urls: tuple[str | None, ...] = ()
    """Per target, the direct reference it must come from; `()` where there is none at all."""
    hashes: frozenset[str] = frozenset()
    """Files must have one of these; empty: any file."""
    yanked_allowed: bool = False
    stand_in: bool = False
    """Not a release: stands for a package that has none, while blockers are being collected."""

    @property
    def key(self) -> Key:
        """What it is a candidate for."""
        return (self.package, self.extra)
