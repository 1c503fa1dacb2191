"""Which versions of a package are recorded, and which of their files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from recording.page import ProjectFile, ProjectPage, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Bounds of a recording."""

    since: datetime
    """Older uploads are recorded only where something asks for them."""
    newest: int
    """Versions of a package that satisfy some requirement."""
    depths: Mapping[str, int] = field(default_factory=dict)
    """`newest` for single packages."""
    per_requirement: int = 2
    """Usable versions kept for every distinct specifier, however old."""
    fallbacks: int = 3
    """Newest versions with a wheel that a phone could use, however old: a resolver that finds
    no binary wheel goes back to these."""
    head: int = 3
    """Newest versions, whether anything asks for them or not."""
    prereleases: int = 2
    """Newest pre-releases after the newest final release."""
    full_versions: int = 3
    """Newest versions that keep every desktop wheel on the page."""
    sparse_wheels: int = 2
    """Desktop wheels on the page for every older version."""
    desktop_metadata: int = 2
    """Newest versions whose wheel for desktop Linux has its metadata recorded."""


def select_versions(
    page: ProjectPage, specifiers: Iterable[SpecifierSet], policy: Policy
) -> set[Version]:
    """The versions of a package that are recorded."""
    final = [version for version in page.files if not version.is_prerelease]
    pre = [version for version in page.files if version.is_prerelease]
    depth = policy.depths.get(page.name, policy.newest)
    usable = {version for version in page.files if _usable(page, version)}

    chosen = set(final[: policy.head] or pre)
    if final:
        chosen |= {version for version in pre[: policy.prereleases] if version > final[0]}
    satisfying: set[Version] = set()
    for specifier in specifiers:
        matching = list(specifier.filter(page.files))
        satisfying.update(matching)
        chosen.update(matching[:1])
        chosen.update(
            [version for version in matching if version in usable][: policy.per_requirement]
        )
    wanted = [version for version in final if version in satisfying]
    recent = [version for version in wanted if _uploaded(page, version) >= policy.since]
    chosen.update(recent[:depth])
    chosen.update([version for version in wanted if version in usable][: policy.fallbacks])
    return chosen


def _usable(page: ProjectPage, version: Version) -> bool:
    return any(file.use is Use.PHONE and not file.listed.yanked for file in page.files[version])


def _uploaded(page: ProjectPage, version: Version) -> datetime:
    """The first upload of a version; the beginning of time where the index does not say."""
    times = [file.uploaded for file in page.files[version] if file.uploaded]
    return min(times) if times else datetime.fromisoformat("1970-01-01T00:00:00Z")


def select_files(
    page: ProjectPage, versions: Iterable[Version], policy: Policy
) -> Iterator[tuple[ProjectFile, bool]]:
    """The files that stay on the page, oldest version first, and whether metadata is recorded."""
    newest_first = sorted(versions, reverse=True)
    for rank, version in reversed(list(enumerate(newest_first))):
        files = page.files[version]
        shown = {file.listed.filename for file in files if file.use in {Use.PHONE, Use.SOURCE}}
        others = [file for file in files if file.use in {Use.DESKTOP, Use.OTHER}]
        if rank >= policy.full_versions:
            others = sorted(others, key=_fame)[: policy.sparse_wheels]
        shown.update(file.listed.filename for file in others)
        for file in files:
            if file.listed.filename in shown:
                recorded = file.use is Use.PHONE or (
                    file.use is Use.DESKTOP and rank < policy.desktop_metadata
                )
                yield file, recorded


def _fame(file: ProjectFile) -> tuple[int, int, str]:
    """Sorts the wheels that say most first: x86-64 Linux, then Apple silicon, newest Python."""
    name = file.listed.filename
    python = max(
        (int(match) for match in re.findall(r"-cp3(\d+)", name)),
        default=0,
    )
    places = ("manylinux", "_arm64.whl", "win_amd64")
    place = next((at for at, part in enumerate(places) if part in name), len(places))
    if place == 0 and "x86_64" not in name:
        place = len(places)
    return (-python, place, name)
