"""Which file of a version each target gets: values, and the choice among them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct
from packaging.utils import BuildTag

from flet_lock.model.answer.rejection import (
    Rejection,
)
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.metadata import CoreMetadata
from flet_lock.model.target import Target
from flet_lock.targets.compatibility import (
    Reject,
)

SOURCE_RANK = 1_000_000
"""Rank of a file that has to be built: after every wheel."""


class RankedArtifact(Struct, frozen=True, kw_only=True):
    """A file that a target can use."""

    rank: int
    build: BuildTag
    index_order: int
    artifact: Artifact

    @property
    def sort_key(self) -> tuple[int, tuple[int, str], int, str]:
        """Best first: tag priority, then the higher build, then the earlier index."""
        number, suffix = self.build or (-1, "")
        # A build tag sorts by number, then text; both higher first. Text is inverted per
        # character so that one ascending sort serves.
        return (
            self.rank,
            (-number, "".join(chr(0x10FFFF - ord(c)) for c in suffix)),
            self.index_order,
            self.artifact.filename,
        )


class Fit:
    """A version held against one target, before any metadata is read."""

    __slots__ = ("_elsewhere", "_refused", "_rejections", "usable")

    def __init__(
        self,
        usable: tuple[RankedArtifact, ...],
        refused: Sequence[tuple[Reject, Artifact]],
        elsewhere: Callable[[], Iterable[Rejection]],
    ) -> None:
        self.usable = usable
        """Best first."""
        self._refused = refused
        self._elsewhere = elsewhere
        """Why not the files that were not even weighed."""
        self._rejections: tuple[Rejection, ...] | None = None

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """One per file that is not usable; worked out when somebody asks, as few do."""
        if self._rejections is None:
            found = [reject(filename=artifact.filename) for reject, artifact in self._refused]
            found += self._elsewhere()
            self._rejections = tuple(sorted(found, key=lambda rejection: rejection.filename))
        return self._rejections


class Selection(Struct, frozen=True, kw_only=True):
    """Each target's own file of a version, with its metadata."""

    artifacts: dict[int, Artifact]
    """Target position to file."""
    metadata: dict[int, CoreMetadata]
    mixed_origins: bool
    passed_over: tuple[Rejection, ...]
    """Files that looked usable until their metadata was read."""


def choose_files(
    usable: Mapping[int, Sequence[RankedArtifact]], targets: Sequence[Target]
) -> dict[int, RankedArtifact]:
    """Each target's file, one origin per platform where one covers all of its targets."""
    if all(len(files) == 1 for files in usable.values()):
        return {target: usable[target][0] for target in sorted(usable)}
    chosen: dict[int, RankedArtifact] = {}
    for platform in {targets[position].platform for position in usable}:
        group = {t: files for t, files in usable.items() if targets[t].platform is platform}
        if any(not files for files in group.values()):
            chosen.update({t: files[0] for t, files in group.items() if files})
            continue
        best: dict[tuple[str | None, BuildTag], dict[int, RankedArtifact]] = {}
        for target, files in group.items():
            for ranked in files:
                origin = (ranked.artifact.index, ranked.build)
                best.setdefault(origin, {}).setdefault(target, ranked)
        covering = [files for files in best.values() if len(files) == len(group)]
        if covering:
            one_origin: dict[int, RankedArtifact] = min(covering, key=_origin_key)
            chosen.update(one_origin)
        else:
            chosen.update({target: files[0] for target, files in group.items()})
    return dict(sorted(chosen.items()))


def _origin_key(files: dict[int, RankedArtifact]) -> tuple[int, tuple[int, str], int, str]:
    """Orders origins: best tags over all targets together, then build, index, file name."""
    first = next(iter(files.values())).sort_key
    return (sum(ranked.rank for ranked in files.values()), first[1], first[2], first[3])
