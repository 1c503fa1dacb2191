"""Metadata of a package's releases, requested before it is their turn."""

from collections.abc import Iterator
from itertools import islice

from packaging.version import Version

from flet_lock.model.index.artifact import Artifact
from flet_lock.resolution.problem.candidate_source import CandidateSource
from flet_lock.resolution.problem.releases import Releases

LOOK_AHEAD = 64
"""At most this many releases are asked for their metadata before it is their turn."""


def looking_ahead(
    versions: Iterator[Version],
    releases: Releases,
    source: CandidateSource,
    *,
    targets: int,
    hashes: frozenset[str],
    yanked_allowed: bool,
) -> Iterator[Version]:
    """The same versions, with ever more of their metadata requested ahead of time.

    Whoever walks back through releases tries one after the other. When the first few do not do,
    the next ones are likely to be examined too, and each would cost a round trip of its own.

    Args:
        versions: the versions, in the order in which they are tried.
        releases: the releases of their package.
        source: takes the requests.
        targets: bit set of the targets whose files are read.
        hashes: allowed hashes; empty: any.
        yanked_allowed: whether yanked files count.
    """
    batch = 1
    while ahead := list(islice(versions, batch)):
        if batch > 1:
            files: list[Artifact] = []
            for version in ahead:
                files += releases.expected_files(
                    version, targets, yanked_allowed=yanked_allowed, hashes=hashes
                )
            source.expect_metadata(files)
        yield from ahead
        batch = min(batch * 4, LOOK_AHEAD)
