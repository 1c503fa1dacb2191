"""Collects the facts about packages before a request for their wheels is made.

Only PyPI and Flet's index, or their mirrors, are queried: a public request must not reveal what
other indexes have, and that does not help the builders of wheels.
"""

from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from flet_lock.analysis.advice_table import AdviceTable
from flet_lock.analysis.availability import PackageOffers, survey
from flet_lock.analysis.sdist_inspection import InspectionError, read_pkg_info
from flet_lock.analysis.whole_release import with_verdicts
from flet_lock.boundary.urls import split_url
from flet_lock.index.http.answer import NoMetadata
from flet_lock.index.repository import Repository
from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import FLET, PYPI, Index, Settings
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.facts.advice import AdviceKind, NameFact
from flet_lock.model.facts.standard_library import is_standard_module
from flet_lock.model.index.artifact import Sdist, Wheel
from flet_lock.model.index.listing import IndexAnswer
from flet_lock.model.index.source import SourceFinding
from flet_lock.model.target import Target
from flet_lock.package_requests.facts import RequestFacts
from flet_lock.package_requests.licence import read_licence
from flet_lock.package_requests.verdict import decide
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.resolution.problem.target_requirement import canonical_specifier
from flet_lock.workflows.fixing.inspect_sources import look_into
from flet_lock.workflows.requesting.app_needs import AppNeeds

HOSTS: Final = {PYPI: "pypi.org", FLET: "pypi.flet.dev"}
"""Where the indexes are that everybody uses."""
_NEVER_ON_PHONES: Final = frozenset({AdviceKind.DESKTOP_ONLY, AdviceKind.DEVELOPMENT_TOOL})


class Inquiry(Struct, frozen=True, kw_only=True):
    """What the questions about all packages share."""

    project: Project
    """The app; an empty one without an app."""
    settings: Settings
    """Its settings."""
    wanted: tuple[Target, ...]
    """Targets of the app, or of Flet's default Python."""
    everywhere: tuple[Target, ...]
    """Targets of every Python that Flet has."""
    advice: AdviceTable
    """The shipped tables of what names tell."""
    needs: AppNeeds
    """What the app says of the packages; empty without an app."""

    @property
    def public_indexes(self) -> tuple[Index, ...]:
        """PyPI and Flet's index, or their mirrors."""
        return tuple(
            replace(index, explicit=False) for index in self.settings.indexes if index.name in HOSTS
        )

    def is_certain(self, name: str) -> bool:
        """Whether an index is the one that everybody uses, not a mirror with more in it."""
        return any(
            index.name == name and split_url(index.location).hostname == HOSTS[name]
            for index in self.public_indexes
        )

    def is_pinned(self, name: NormalizedName) -> bool:
        """Whether the app takes a package from an index of the user's own."""
        return any(
            name == package and index not in HOSTS for package, index in self.settings.sources
        )

    def facts(self, given: Requirement, repository: Repository) -> RequestFacts:
        """All that the indexes, the shipped tables and the app say about a package."""
        package = canonicalize_name(given.name)
        bare = Requirement(package)
        # Who names no version means those that the app needs.
        specifier = given.specifier or self.needs.specifier(package) or SpecifierSet()
        requirement = Requirement(f"{package}{specifier}")
        wanted = self._survey(requirement, self.wanted, repository)
        any_version = self._survey(bare, self.wanted, repository) if specifier else wanted
        facts = RequestFacts(
            package=package,
            specifier=canonical_specifier(specifier),
            wanted=wanted,
            everywhere=self._survey(requirement, self.everywhere, repository),
            any_version=any_version,
            on_flet=tuple(
                release.version for release in any_version.releases if FLET in release.indexes
            )
            if self.is_certain(FLET)
            else None,
            system_name=is_standard_module(package),
            advice=self.advice.fact(package),
        )
        facts = replace(
            facts,
            instead=self._instead(facts.advice, repository),
            need=self.needs.need(package, is_public=lambda name: self._is_public(name, repository)),
        )
        if decide(facts) is None:
            source, licence = _look_closer(facts, repository)
            return replace(facts, source=source, licence=licence)
        judged = with_verdicts(wanted, self._request(self.wanted), repository)
        short_of, desktop_only = self._obstacles(judged)
        return replace(facts, wanted=judged, short_of=short_of, desktop_only=desktop_only)

    def _survey(
        self, requirement: Requirement, targets: tuple[Target, ...], repository: Repository
    ) -> PackageOffers:
        return survey(requirement, self._request(targets), repository, everything=False)

    def _request(self, targets: tuple[Target, ...]) -> ResolutionRequest:
        return ResolutionRequest(
            targets=targets,
            requirements=(),
            prereleases=self.settings.prereleases,
            exclude_newer=self.settings.exclude_newer,
            index_order=tuple(index.name for index in self.public_indexes),
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

    def _instead(self, advice: NameFact | None, repository: Repository) -> Version | None:
        """The release of another package that all targets can take."""
        if advice is None or not advice.instead or advice.kind is AdviceKind.PART_OF_FLET:
            return None
        offers = self._survey(Requirement(advice.instead[0]), self.wanted, repository)
        found = [build.version for build in offers.newest]
        usable = [version for version in found if version is not None]
        return min(usable) if usable and len(usable) == len(found) else None

    def _obstacles(
        self, judged: PackageOffers
    ) -> tuple[tuple[NormalizedName, ...], tuple[NormalizedName, ...]]:
        """What the newest release needs and no build can have: worth a request, and not."""
        found = dict.fromkeys(
            obstacle.package
            for build in judged.newest
            if build.verdict is not None
            for obstacle in build.verdict.obstacles
        )
        facts = {name: self.advice.fact(name) for name in found}
        desktop = [name for name, fact in facts.items() if fact and fact.kind in _NEVER_ON_PHONES]
        return tuple(name for name in found if name not in desktop), tuple(desktop)


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
    except InspectionError:
        return None
    return None if metadata is None else read_licence(metadata)
