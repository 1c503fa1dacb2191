"""Looks into source distributions where that tells what to do: bounded in size and in time."""

import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from flet_lock.analysis.problems import is_native
from flet_lock.analysis.sdist_inspection import InspectionError, inspect_sdist
from flet_lock.index.repository import Repository
from flet_lock.model.answer.blocker import Blocker, NoUsableRelease
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.answer.rejection import NotBuiltFromSource
from flet_lock.model.errors.index import IndexFailure, OfflineMiss
from flet_lock.model.index.artifact import Sdist
from flet_lock.model.index.source import SourceFinding, SourceNotSeen
from flet_lock.model.redaction import redacted

LARGEST_BYTES: Final = 32 * 1000**2
"""Pure packages with larger sdists are hardly known, and nobody waits for more."""
SECONDS: Final = 5.0
"""For all of them together."""


def look_into(
    sdists: Iterable[Sdist], repository: Repository, *, seconds: float = SECONDS
) -> Mapping[str, SourceFinding | SourceNotSeen]:
    """What each sdist holds, by its URL; one that cannot be had or read stops nothing."""
    started = time.monotonic()
    wanted = {sdist.url: sdist for sdist in sdists}
    found: dict[str, SourceFinding | SourceNotSeen] = {
        url: _not_seen(sdist, f"larger than {LARGEST_BYTES // 1000**2} MB")
        for url, sdist in wanted.items()
        if sdist.size is not None and sdist.size > LARGEST_BYTES
    }
    fetched = repository.local_copies(
        [sdist for url, sdist in wanted.items() if url not in found], seconds=seconds
    )
    for url, answer in fetched.items():
        sdist = wanted[url]
        if answer is None or time.monotonic() - started > 2 * seconds:
            found[url] = _not_seen(sdist, f"not here within {seconds:g} s")
        elif isinstance(answer, Path):
            found[url] = _inspect(sdist, answer)
        else:
            found[url] = _not_seen(sdist, _why(answer))
    return found


def with_source_findings(refusal: Refusal, repository: Repository, until: float) -> Refusal:
    """The same blockers; those that a look into an sdist may explain have what it told.

    Args:
        refusal: the blockers.
        repository: the indexes.
        until: the moment (`time.monotonic`) beyond which nothing is waited for.
    """
    sdists = [_telling_sdist(blocker) for blocker in refusal.blockers]
    wanted = [sdist for sdist in sdists if sdist is not None]
    seconds = min(SECONDS, max(until - time.monotonic(), 0.0))
    findings = look_into(wanted, repository, seconds=seconds)
    return replace(
        refusal,
        blockers=tuple(
            replace(blocker, source=findings[sdist.url])
            if sdist is not None and isinstance(blocker, NoUsableRelease)
            else blocker
            for blocker, sdist in zip(refusal.blockers, sdists, strict=True)
        ),
    )


def _telling_sdist(blocker: Blocker) -> Sdist | None:
    """The sdist of the newest release that fits, where it was not to be built."""
    if not isinstance(blocker, NoUsableRelease) or not blocker.rejected:
        return None
    release = blocker.rejected[0]
    passed_over = {
        rejection.filename
        for _, rejections in release.rejections
        for rejection in rejections
        if isinstance(rejection, NotBuiltFromSource)
    }
    if is_native(release):
        return None
    return next(
        (
            file
            for file in release.artifacts
            if isinstance(file, Sdist) and file.filename in passed_over
        ),
        None,
    )


def _inspect(sdist: Sdist, path: Path) -> SourceFinding | SourceNotSeen:
    try:
        return inspect_sdist(path, filename=sdist.filename, version=sdist.version)
    except InspectionError as fault:
        return _not_seen(sdist, str(fault))


def _why(failure: IndexFailure) -> str:
    if isinstance(failure, OfflineMiss):
        return "not in the cache (--offline)"
    return redacted(str(getattr(failure, "detail", "") or "it could not be fetched"))


def _not_seen(sdist: Sdist, detail: str) -> SourceNotSeen:
    return SourceNotSeen(filename=sdist.filename, version=sdist.version, detail=detail)
