"""`flet-lock wheels`: which releases of a package run where, over all indexes."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from flet_lock.analysis.availability import PackageOffers, survey
from flet_lock.index.repository import Repository
from flet_lock.model.errors import UnsupportedPython, UsageError
from flet_lock.model.event import Listener
from flet_lock.model.project import Project
from flet_lock.model.redaction import redacted
from flet_lock.model.rejection import NotBuiltFromSource
from flet_lock.model.settings import Settings
from flet_lock.model.target import Target
from flet_lock.project.app import read_project
from flet_lock.resolution.request import ResolutionRequest
from flet_lock.targets.catalogue import Catalogue, load_catalogue
from flet_lock.targets.plan import plan_targets
from flet_lock.workflows.inputs import prereleases_allowed
from flet_lock.workflows.outcome import Traffic
from flet_lock.workflows.repository import open_indexes
from flet_lock.workflows.sources import look_into

_PYTHON = "python-version"


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelsOutcome:
    """The result of `flet-lock wheels`."""

    packages: tuple[PackageOffers, ...]
    """In the order asked."""
    everything: bool
    """Whether all versions are to be shown."""
    seconds: float
    traffic: Traffic

    @property
    def found(self) -> bool:
        """Whether there is a version of each package to speak of."""
        return all(each.releases for each in self.packages)


def wheels(
    root: Path,
    requirements: Sequence[str],
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    everything: bool,
    listener: Listener,
) -> WheelsOutcome:
    """Holds the releases of packages against all targets of all Pythons that Flet has.

    Args:
        root: a folder; where it holds an app, the app's indexes, `source_packages` and oldest
            systems count. Its own Python and architectures do not: the question is what there is.
        requirements: `numpy`, `pandas>=2`.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        everything: all versions, pre-releases and withdrawn ones included.
        listener: is told what is fetched.

    Raises:
        UsageError: no requirement, one that is none, or an option that makes no sense.
        ProjectError: the app's files have faults.
        UnsupportedPython, CatalogueError: see `plan_targets`.
        IndexFailure: an index could not be asked.
    """
    started = time.monotonic()
    wanted = tuple(_requirement(text) for text in requirements)
    project, settings = read_project(root, options=options, environ=environ)
    targets = _targets(project, settings, load_catalogue(environ), options, environ)
    allowed = prereleases_allowed(project, settings)
    request = ResolutionRequest(
        targets=targets,
        requirements=(),
        source_packages=project.source_packages,
        prereleases=True
        if everything
        else allowed
        if isinstance(allowed, bool)
        else tuple(canonicalize_name(name) for name in allowed),
        exclude_newer=settings.exclude_newer,
        index_order=tuple(index.name for index in settings.indexes),
    )
    opened = open_indexes(settings, root=project.root, environ=environ, listener=listener)
    with closing(opened) as repository:
        repository.expect_listings(canonicalize_name(each.name) for each in wanted)
        packages = [survey(each, request, repository, everything=everything) for each in wanted]
        packages = _with_sources(packages, repository)
        counted = repository.traffic
        traffic = Traffic(
            requests=counted.requests,
            bytes_received=counted.bytes_received,
            from_cache=counted.from_cache,
        )
    return WheelsOutcome(
        packages=tuple(packages),
        everything=everything,
        seconds=time.monotonic() - started,
        traffic=traffic,
    )


def _requirement(text: str) -> Requirement:
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise UsageError(
            option="PACKAGE", value=redacted(text), detail=str(error).partition("\n")[0]
        ) from error
    if requirement.url is not None or requirement.marker is not None:
        what = "an address" if requirement.url is not None else "a marker"
        raise UsageError(
            option="PACKAGE",
            value=redacted(text),
            detail=f"a name and versions are wanted, not {what}",
        )
    return requirement


def _targets(
    project: Project,
    settings: Settings,
    catalogue: Catalogue,
    options: Mapping[str, object],
    environ: Mapping[str, str],
) -> tuple[Target, ...]:
    """Of the Python that was asked for here and now, else of all that are not pre-releases."""
    app = replace(project, target_archs={}, requires_python=None)
    if options.get(_PYTHON) or environ.get("FLET_LOCK_PYTHON_VERSION", "").strip():
        return plan_targets(app, settings, catalogue)
    found: list[Target] = []
    refused: UsageError | UnsupportedPython | None = None
    for release in catalogue.releases:
        if release.prerelease:
            continue
        try:
            found += plan_targets(app, replace(settings, python_version=release.short), catalogue)
        except (UsageError, UnsupportedPython) as error:
            # An ABI that this Python is not built for; another one may be.
            refused = error
    if not found and refused is not None:
        raise refused
    return tuple(found)


def _with_sources(packages: list[PackageOffers], repository: Repository) -> list[PackageOffers]:
    """The packages; where the newest release is sources and nothing else, with what they hold."""
    sdists = {
        each.package: sdist
        for each in packages
        if (sdist := each.releases[0].sdist if each.releases else None) is not None
        and _is_bare_source(each)
    }
    findings = look_into(sdists.values(), repository)
    return [
        replace(each, source=findings[sdists[each.package].url]) if each.package in sdists else each
        for each in packages
    ]


def _is_bare_source(package: PackageOffers) -> bool:
    """Wheels of any kind tell more than the sdist beside them."""
    return all(
        offer.artifact is None
        and all(isinstance(each, NotBuiltFromSource) for each in offer.rejections)
        for offer in package.releases[0].offers
    )
