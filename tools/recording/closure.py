"""Walks from root requirements to every package, version and file worth recording."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from recording.metadata import requirements_of, trim_metadata
from recording.page import ListedFile, ProjectFile, ProjectPage, Use
from recording.policy import Policy, select_files, select_versions
from recording.pypi import PyPI
from recording.targets import may_hold

SMALL_SDIST = 64 * 1024
"""Bytes; a package without any wheel has its newest sdist stored up to this size."""


@dataclass(slots=True)
class _Wanted:
    """What is asked of a package so far."""

    specifiers: dict[str, SpecifierSet] = field(default_factory=dict)
    extras: set[str] = field(default_factory=set)

    def add(self, requirement: Requirement) -> bool:
        """Whether this asks for anything new."""
        text = str(requirement.specifier)
        new = text not in self.specifiers or not requirement.extras <= self.extras
        self.specifiers[text] = requirement.specifier
        self.extras |= requirement.extras
        return new


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPackage:
    """What is written for one package."""

    name: str
    files: tuple[ProjectFile, ...]
    """In page order."""
    metadata: Mapping[str, bytes]
    """Trimmed, by file name."""
    sdists: Mapping[str, bytes]
    """Whole files, by file name."""
    versions_on_pypi: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Everything that was recorded, by package."""

    packages: tuple[RecordedPackage, ...]
    unknown: tuple[str, ...]
    """Names that something requires and PyPI does not know."""


class Recorder:
    """One walk. Metadata is remembered by the wheel's own digest, so nothing is asked twice."""

    def __init__(
        self,
        pypi: PyPI,
        policy: Policy,
        *,
        beside: Mapping[str, Iterable[Requirement]],
        known: Mapping[str, bytes],
        report: Callable[[str], None],
    ) -> None:
        """Prepare a walk.

        Args:
            pypi: where to ask.
            policy: the bounds.
            beside: what releases on another index require, by package.
            known: trimmed metadata of an earlier recording, by sha256 of the wheel.
            report: told what happens, a line at a time.
        """
        self._pypi, self._policy, self._report = pypi, policy, report
        self._beside = {name: list(requirements) for name, requirements in beside.items()}
        self._metadata: dict[str, bytes | None] = dict(known)
        self._wanted: dict[str, _Wanted] = defaultdict(_Wanted)
        self._pages: dict[str, ProjectPage | None] = {}

    async def record(self, roots: Iterable[Requirement]) -> Recording:
        """Follow the roots until nothing new is asked for."""
        waiting = {name for name in map(self._ask, roots) if name}
        while waiting:
            self._report(f"{len(self._pages)} packages, {len(waiting)} to look at")
            batches = await asyncio.gather(*(self._look_at(name) for name in sorted(waiting)))
            waiting = {name for batch in batches for name in map(self._ask, batch) if name}
        found = [
            await self._recorded(page)
            for _, page in sorted(self._pages.items())
            if page is not None
        ]
        unknown = tuple(sorted(name for name, page in self._pages.items() if page is None))
        return Recording(packages=tuple(found), unknown=unknown)

    def _ask(self, requirement: Requirement) -> str | None:
        """Note a requirement; the package's name if that changed anything."""
        name = canonicalize_name(requirement.name)
        return name if self._wanted[name].add(requirement) else None

    async def _look_at(self, name: str) -> list[Requirement]:
        """Everything that the recorded releases of a package require."""
        if name not in self._pages:
            self._pages[name] = await self._pypi.fetch_page(name)
        extras = frozenset(self._wanted[name].extras)
        required = list(self._beside.get(name, ()))
        page = self._pages[name]
        if page is not None:
            files = [file.listed for file, recorded in self._files(page) if recorded]
            texts = await asyncio.gather(*(self._trimmed(listed) for listed in files))
            # Wheels of one release mostly say the same: read each text once.
            for text in dict.fromkeys(text for text in texts if text is not None):
                required.extend(requirements_of(text))
        return [
            requirement
            for requirement in required
            if requirement.url is None and may_hold(requirement.marker, extras)
        ]

    def _files(self, page: ProjectPage) -> list[tuple[ProjectFile, bool]]:
        specifiers = self._wanted[page.name].specifiers.values()
        versions = select_versions(page, specifiers, self._policy)
        return list(select_files(page, versions, self._policy))

    async def _trimmed(self, listed: ListedFile) -> bytes | None:
        key = listed.hashes["sha256"]
        if key not in self._metadata:
            content = await self._pypi.fetch_metadata(listed)
            if content is None:
                self._report(f"no metadata to be had: {listed.filename}")
            self._metadata[key] = None if content is None else trim_metadata(content)
        return self._metadata[key]

    async def _recorded(self, page: ProjectPage) -> RecordedPackage:
        shown: list[ProjectFile] = []
        metadata: dict[str, bytes] = {}
        for file, recorded in self._files(page):
            text = await self._trimmed(file.listed) if recorded else None
            if text is not None:
                metadata[file.listed.filename] = text
            elif file.use is Use.PHONE:
                # Without metadata it must not be on the page: resolvers would ask for it.
                continue
            shown.append(file)
        return RecordedPackage(
            name=page.name,
            files=tuple(shown),
            metadata=metadata,
            sdists=await self._small_sdists(shown),
            versions_on_pypi=len(page.files),
        )

    async def _small_sdists(self, shown: list[ProjectFile]) -> dict[str, bytes]:
        """The newest sdist of a package that has no wheel at all."""
        if not shown or any(file.use is not Use.SOURCE for file in shown):
            return {}
        newest = max(shown, key=lambda file: (file.version, file.listed.filename)).listed
        if newest.size is None or newest.size > SMALL_SDIST:
            return {}
        return {newest.filename: await self._pypi.fetch_file(newest)}


def metadata_digests(package: RecordedPackage) -> dict[str, str]:
    """`core-metadata` of the recorded page: sha256 of the trimmed files, by file name."""
    return {
        filename: hashlib.sha256(text).hexdigest() for filename, text in package.metadata.items()
    }
