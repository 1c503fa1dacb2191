"""`flet-lock request`: is a package worth a request for mobile wheels, and the draft of one."""

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.analysis.availability import PackageOffers, survey
from flet_lock.analysis.sdist_inspection import InspectionFault, read_pkg_info
from flet_lock.index.repository import Repository
from flet_lock.index.wheel_file import NoMetadata
from flet_lock.lockfile.atomic_write import write_atomically
from flet_lock.model.artifact import Sdist, Wheel
from flet_lock.model.errors import IndexFailure, UsageError
from flet_lock.model.event import Listener
from flet_lock.model.existing_request import ExistingRequest
from flet_lock.model.listing import IndexAnswer
from flet_lock.model.metadata import CoreMetadata
from flet_lock.model.project import Project
from flet_lock.model.resolution import Availability
from flet_lock.model.settings import FLET, PYPI, Index, Settings
from flet_lock.model.source import SourceFinding
from flet_lock.model.target import Target
from flet_lock.package_requests.advice import Advice, AdviceKind, find_advice, parse_advice
from flet_lock.package_requests.destination import (
    Destination,
    Link,
    link_to_new,
    link_to_search,
)
from flet_lock.package_requests.draft import Draft, join_drafts, write_draft
from flet_lock.package_requests.facts import RequestFacts
from flet_lock.package_requests.licence import read_licence
from flet_lock.package_requests.verdict import Refusal, RefusalKind, decide
from flet_lock.project.app import read_project
from flet_lock.resolution.request import ResolutionRequest
from flet_lock.resolution.wish import canonical_specifier
from flet_lock.targets.catalogue import load_catalogue
from flet_lock.targets.markers import Truth, evaluate_marker
from flet_lock.targets.plan import plan_targets
from flet_lock.targets.shipped_data import shipped_path
from flet_lock.workflows.app_needs import AppNeeds, read_app_needs
from flet_lock.workflows.asked import parse_asked, targets_of_all_pythons
from flet_lock.workflows.inputs import prereleases_allowed
from flet_lock.workflows.outcome import Traffic
from flet_lock.workflows.repository import open_indexes
from flet_lock.workflows.sources import look_into

_HOSTS: Final = {PYPI: "pypi.org", FLET: "pypi.flet.dev"}
"""Where the indexes are that everybody uses."""
_PROJECT_FILES: Final = ("pyproject.toml", "requirements.txt")
_REQUIREMENTS_SEEN: Final = 40
"""Of a pure package's own requirements; a package with more of them is an app."""


class RequestSearch(Protocol):
    """Looks for requests that were made before."""

    def find(
        self, packages: Sequence[NormalizedName]
    ) -> Mapping[NormalizedName, tuple[ExistingRequest, ...]]:
        """Requests for each package; waits.

        Raises:
            SearchFault: there is no usable answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOutcome:
    """What came of one package."""

    package: NormalizedName
    refusal: Refusal | None
    """Why there is nothing to ask for; None: there is."""
    draft: Draft | None
    """None where it was refused, and not drafted all the same (`--force`)."""
    link: Link | None
    """Opens the draft in a browser; None without a draft."""
    search_url: str
    """Looks for earlier requests."""
    existing: tuple[ExistingRequest, ...] = ()
    """Requests that were found; empty where nobody looked, too."""
    names_left_out: bool = False
    """Whether the draft says "another package" where a name may not be public."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOutcome:
    """The result of `flet-lock request`."""

    destination: Destination
    packages: tuple[PackageOutcome, ...]
    """In the order asked."""
    pypi_asked: bool
    """Whether PyPI itself was asked, not something that stands in for it."""
    search_fault: str | None
    """Why earlier requests could not be looked for; None where they were, or nobody asked."""
    searched: bool
    """Whether earlier requests were looked for."""
    seconds: float
    traffic: Traffic

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """All drafts, in order."""
        return tuple(each.draft for each in self.packages if each.draft is not None)

    @property
    def text(self) -> str:
        """All drafts in one text."""
        return join_drafts(self.drafts)

    @property
    def refused(self) -> bool:
        """Whether there is a package without a draft."""
        return any(each.draft is None for each in self.packages)


def request(
    root: Path,
    packages: Sequence[str],
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    destination: str,
    force: bool,
    search: RequestSearch | None,
    listener: Listener,
) -> RequestOutcome:
    """Decides for each package whether it is worth a request, and drafts one.

    Only PyPI and Flet's index, or what stands in for them, tell about a package: what other
    indexes have is nobody else's business, and no help to who builds wheels.

    Args:
        root: a folder; where it holds an app, its Python, its targets and its need count.
        packages: `psycopg2-binary`, `pillow>=12`.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        destination: where the links lead, a value of `Destination`.
        force: drafts what is not worth it, too, as far as that can be drafted.
        search: looks for earlier requests; None: nobody looks.
        listener: is told what is fetched.

    Raises:
        UsageError: no package, one that is none, or an option that makes no sense.
        ProjectError: the app's files have faults.
        UnsupportedPython, CatalogueError: see `plan_targets`.
        IndexFailure: an index could not be asked.
    """
    started = time.monotonic()
    asked = tuple({str(one): one for one in map(parse_asked, packages)}.values())
    project, settings = read_project(root, options=options, environ=environ)
    _refuse_without_indexes(settings)
    catalogue = load_catalogue(environ)
    desk = _Desk(
        project=project,
        settings=settings,
        wanted=plan_targets(project, settings, catalogue),
        everywhere=targets_of_all_pythons(
            project, settings, catalogue, options=options, environ=environ
        ),
        advice=parse_advice(shipped_path("package-advice.toml").read_text(encoding="utf-8")),
        needs=read_app_needs(root, options=options, environ=environ, listener=listener)
        if any((root / name).is_file() for name in _PROJECT_FILES)
        else AppNeeds(),
    )
    public = replace(settings, indexes=desk.public_indexes, sources=())
    with closing(open_indexes(public, root=root, environ=environ, listener=listener)) as repository:
        names = tuple(dict.fromkeys(canonicalize_name(one.name) for one in asked))
        repository.expect_listings(name for name in names if not desk.is_pinned(name))
        private = _refuse_private(names, repository, desk, environ, listener)
        facts = [
            private.get(canonicalize_name(one.name)) or desk.facts(one, repository) for one in asked
        ]
        counted = repository.traffic
    worth = [
        each.package for each in facts if isinstance(each, RequestFacts) and decide(each) is None
    ]
    searching = search is not None and not settings.offline and bool(worth)
    found, fault = _look(search if searching else None, worth)
    to = Destination(destination)
    return RequestOutcome(
        destination=to,
        packages=tuple(
            _private_outcome(each, to)
            if isinstance(each, Refusal)
            else _outcome(replace(each, existing=found.get(each.package, ())), to, force=force)
            for each in facts
        ),
        pypi_asked=desk.is_certain(PYPI),
        search_fault=fault,
        searched=searching and fault is None,
        seconds=time.monotonic() - started,
        traffic=Traffic(
            requests=counted.requests,
            bytes_received=counted.bytes_received,
            from_cache=counted.from_cache,
        ),
    )


def open_search(environ: Mapping[str, str]) -> RequestSearch | None:
    """What looks for earlier requests: GitHub's own search, where there is a token for it."""
    if not environ.get("GITHUB_TOKEN") and not environ.get("GH_TOKEN"):
        return None
    from flet_lock.index.github_search import github_search  # noqa: PLC0415 - brings httpx

    return github_search(environ)


def write_drafts(path: Path, text: str) -> None:
    """Writes drafts to a file, in one step.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise UsageError(
            option="-o", value=str(path), detail=error.strerror or type(error).__name__
        ) from error


def _refuse_without_indexes(settings: Settings) -> None:
    if not any(index.name in _HOSTS for index in settings.indexes):
        raise UsageError(
            option="--default-index",
            value="",
            detail="neither PyPI nor Flet's index may be asked, so nothing is known",
        )


def _look(
    search: RequestSearch | None, packages: Sequence[NormalizedName]
) -> tuple[Mapping[NormalizedName, tuple[ExistingRequest, ...]], str | None]:
    """What was found, and why nothing could be."""
    if search is None or not packages:
        return {}, None
    from flet_lock.index.github_search import SearchFault  # noqa: PLC0415 - brings httpx

    try:
        return search.find(packages), None
    except SearchFault as fault:
        return {}, str(fault)


def _private_outcome(refusal: Refusal, destination: Destination) -> PackageOutcome:
    return PackageOutcome(
        package=refusal.package,
        refusal=refusal,
        draft=None,
        link=None,
        search_url=link_to_search(refusal.package, destination),
    )


def _outcome(facts: RequestFacts, destination: Destination, *, force: bool) -> PackageOutcome:
    refusal = decide(facts)
    drafted = refusal is None or (force and not refusal.is_final and facts.release is not None)
    draft = write_draft(facts) if drafted else None
    return PackageOutcome(
        package=facts.package,
        refusal=refusal,
        draft=draft,
        link=None if draft is None else link_to_new(draft, destination),
        search_url=link_to_search(facts.package, destination),
        existing=facts.existing,
        names_left_out=facts.need is not None and None in facts.need.chain,
    )


def _refuse_private(
    names: Iterable[NormalizedName],
    repository: Repository,
    desk: "_Desk",
    environ: Mapping[str, str],
    listener: Listener,
) -> dict[NormalizedName, Refusal]:
    """Of these packages those that only an index of the user's own has.

    PyPI is not asked about a package that is pinned to another index: its name may say too much.
    """
    private = {name for name in names if desk.is_pinned(name)}
    unknown = [n for n in names if n not in private and not repository.listing(n).found]
    others = tuple(each for each in desk.settings.indexes if each.name not in _HOSTS)
    if unknown and others:
        settings = replace(desk.settings, indexes=others, sources=())
        root = desk.project.root
        with closing(open_indexes(settings, root=root, environ=environ, listener=listener)) as own:
            private.update(name for name in unknown if own.listing(name).found)
    return {name: Refusal(package=name, kind=RefusalKind.PRIVATE) for name in private}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What the questions about all packages share."""

    project: Project
    settings: Settings
    wanted: tuple[Target, ...]
    everywhere: tuple[Target, ...]
    advice: tuple[Advice, ...]
    needs: AppNeeds

    @property
    def public_indexes(self) -> tuple[Index, ...]:
        """PyPI and Flet's index, or what stands in for them."""
        return tuple(
            replace(index, explicit=False)
            for index in self.settings.indexes
            if index.name in _HOSTS
        )

    def is_certain(self, name: str) -> bool:
        """Whether an index is the one that everybody uses, not a mirror with more in it."""
        return any(
            index.name == name and urlsplit(index.location).hostname == _HOSTS[name]
            for index in self.public_indexes
        )

    def is_pinned(self, name: NormalizedName) -> bool:
        """Whether the app takes a package from an index of the user's own."""
        return any(
            name == package and index not in _HOSTS for package, index in self.settings.sources
        )

    def facts(self, asked: Requirement, repository: Repository) -> RequestFacts:
        """All that is known of a package, GitHub not asked yet."""
        package = canonicalize_name(asked.name)
        bare = Requirement(package)
        wanted = self._survey(asked, self.wanted, repository)
        any_version = self._survey(bare, self.wanted, repository) if asked.specifier else wanted
        facts = RequestFacts(
            package=package,
            specifier=canonical_specifier(asked.specifier),
            wanted=wanted,
            everywhere=self._survey(asked, self.everywhere, repository),
            any_version=any_version,
            on_flet=tuple(
                release.version for release in any_version.releases if FLET in release.indexes
            )
            if self.is_certain(FLET)
            else None,
            system_name=package.replace("-", "_") in sys.stdlib_module_names,
            advice=find_advice(self.advice, package),
        )
        facts = replace(
            facts,
            instead=self._instead(facts.advice, repository),
            need=self.needs.need(package, is_public=lambda name: self._is_public(name, repository)),
        )
        if decide(facts) is None:
            source, licence = _look_closer(facts, repository)
            return replace(facts, source=source, licence=licence)
        return replace(facts, short_of=self._short_of(wanted, repository))

    def _survey(
        self, requirement: Requirement, targets: tuple[Target, ...], repository: Repository
    ) -> PackageOffers:
        allowed = prereleases_allowed(self.project, self.settings)
        return survey(
            requirement,
            ResolutionRequest(
                targets=targets,
                requirements=(),
                prereleases=allowed
                if isinstance(allowed, bool)
                else tuple(canonicalize_name(name) for name in allowed),
                exclude_newer=self.settings.exclude_newer,
                index_order=tuple(index.name for index in self.public_indexes),
            ),
            repository,
            everything=False,
        )

    def _is_public(self, name: NormalizedName, repository: Repository) -> bool:
        """Whether one of the indexes that everybody uses knows a name; a doubt is a no."""
        if self.is_pinned(name):
            return False
        try:
            replies = repository.listing(name).replies
        except IndexFailure:
            return False
        return any(
            reply.answer is IndexAnswer.FOUND and self.is_certain(reply.index) for reply in replies
        )

    def _instead(self, advice: Advice | None, repository: Repository) -> Version | None:
        """The release of another package that all targets can take."""
        if advice is None or advice.instead is None or advice.kind is AdviceKind.FLET:
            return None
        offers = self._survey(Requirement(advice.instead), self.wanted, repository)
        found = [build.version for build in offers.newest]
        usable = [version for version in found if version is not None]
        return min(usable) if usable and len(usable) == len(found) else None

    def _short_of(
        self, offers: PackageOffers, repository: Repository
    ) -> tuple[NormalizedName, ...]:
        """What the release to take requires, and what no target's build can have."""
        pure = next(
            (
                offer.artifact
                for release in offers.releases
                for offer in release.offers
                if offer.availability in (Availability.PURE, Availability.PURE_FALLBACK)
            ),
            None,
        )
        metadata = None if pure is None else repository.metadata(pure)
        if not isinstance(metadata, CoreMetadata):
            return ()
        required = [each for each in metadata.requires_dist if self._applies(each)]
        required = required[:_REQUIREMENTS_SEEN]
        repository.expect_listings(canonicalize_name(each.name) for each in required)
        found = []
        for each in required:
            own = self._survey(Requirement(f"{each.name}{each.specifier}"), self.wanted, repository)
            if own.found and any(build.version is None for build in own.newest):
                found.append(own.package)
        return tuple(dict.fromkeys(found))

    def _applies(self, requirement: Requirement) -> bool:
        if requirement.url is not None:
            return False
        return requirement.marker is None or any(
            evaluate_marker(requirement.marker, target) is not Truth.FALSE for target in self.wanted
        )


def _look_closer(
    facts: RequestFacts, repository: Repository
) -> tuple[SourceFinding | None, str | None]:
    """What the sdist holds and under which licence; what cannot be had is left out."""
    sdist = facts.sdist
    finding = None if sdist is None else look_into([sdist], repository)[sdist.url]
    licence = _licence_of_wheel(facts, repository)
    if licence is None and sdist is not None and isinstance(finding, SourceFinding):
        licence = _licence_of_sdist(sdist, repository)
    return finding if isinstance(finding, SourceFinding) else None, licence


def _licence_of_wheel(facts: RequestFacts, repository: Repository) -> str | None:
    """From the METADATA of any wheel of the release, one with a file of its own first."""
    release = facts.release
    if release is None:
        return None
    artifacts = repository.listing(facts.package).artifacts(release.version)
    wheels = [each for each in artifacts if isinstance(each, Wheel)]
    if not wheels:
        return None
    wheel = min(wheels, key=lambda each: (each.core_metadata is None, each.filename))
    try:
        return read_licence(repository.metadata_bytes(wheel))
    except (IndexFailure, NoMetadata):
        return None


def _licence_of_sdist(sdist: Sdist, repository: Repository) -> str | None:
    path = repository.local_copies([sdist], seconds=1.0)[sdist.url]
    if not isinstance(path, Path):
        return None
    try:
        metadata = read_pkg_info(path, filename=sdist.filename)
    except InspectionFault:
        return None
    return None if metadata is None else read_licence(metadata)
