"""`flet-lock wheels`: which releases of a package run where, over all indexes."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace
from packaging.utils import canonicalize_name

from flet_lock.analysis.advice import advise_on
from flet_lock.analysis.availability import PackageOffers, is_bare_source, survey
from flet_lock.analysis.whole_release import with_verdicts
from flet_lock.index.repository import Repository
from flet_lock.model.event import Listener
from flet_lock.project.app import read_project
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.auditing.known_faults import versions_seen_to_fail
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.fixing.inspect_sources import look_into
from flet_lock.workflows.inspecting.package_arguments import parse_package, targets_of_all_pythons
from flet_lock.workflows.locking.find_catalogue import find_project_catalogue
from flet_lock.workflows.outcome import Traffic, traffic_of
from flet_lock.workflows.repository import open_indexes


class WheelsOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock wheels`."""

    kind: ClassVar[str] = "wheels"
    packages: tuple[PackageOffers, ...]
    """In the order of the arguments."""
    everything: bool
    """Whether all versions are to be shown."""
    seconds: float
    """Duration."""
    traffic: Traffic
    """What was requested of the indexes."""

    @property
    def found(self) -> bool:
        """Whether each package has a version that satisfies its requirement."""
        return all(each.releases for each in self.packages)

    @property
    def exit_code(self) -> int:
        """1 if a package has no release."""
        return int(not self.found)


def wheels(
    root: Path,
    requirements: Sequence[str],
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    everything: bool,
    listener: Listener,
) -> WheelsOutcome:
    """Evaluates the releases of packages for all targets of all Pythons that Flet has.

    Args:
        root: a folder; where it holds an app, the app's indexes, `source_packages` and oldest
            systems count. Its own Python and architectures do not: the question is what there is.
        requirements: `numpy`, `pandas>=2`.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        everything: all versions, pre-releases and withdrawn ones included.
        listener: receives events of what is fetched.

    Raises:
        UsageError: no requirement, one that is none, or an option that makes no sense.
        ProjectError: the app's files have faults.
        UnsupportedPython, CatalogueError: see `choose_targets`.
        IndexFailure: an index could not be reached.
    """
    started = time.monotonic()
    wanted = tuple(parse_package(text) for text in requirements)
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    catalogue = find_project_catalogue(project, settings, environ, listener)
    targets = targets_of_all_pythons(project, settings, catalogue, options=options, environ=environ)
    request = ResolutionRequest(
        targets=targets,
        requirements=(),
        source_packages=project.source_packages,
        prereleases=everything or settings.prereleases,
        exclude_newer=settings.exclude_newer,
        index_order=tuple(index.name for index in settings.indexes),
    )
    opened = open_indexes(settings, root=project.root, environ=environ, listener=listener)
    with closing(opened) as repository:
        repository.prefetch_listings(canonicalize_name(each.name) for each in wanted)
        packages = [
            with_verdicts(
                survey(each, request, repository, everything=everything), request, repository
            )
            for each in wanted
        ]
        packages = [
            replace(
                each,
                advice=advise_on(each.package),
                seen_to_fail=versions_seen_to_fail(each, settings),
            )
            for each in _with_sources(packages, repository)
        ]
        traffic = traffic_of(repository)
    return WheelsOutcome(
        packages=tuple(packages),
        everything=everything,
        seconds=time.monotonic() - started,
        traffic=traffic,
    )


def _with_sources(packages: list[PackageOffers], repository: Repository) -> list[PackageOffers]:
    """The packages; where the newest release is sources and nothing else, with what they hold."""
    sdists = {
        each.package: sdist
        for each in packages
        if (sdist := each.releases[0].sdist if each.releases else None) is not None
        and is_bare_source(each.releases[0])
    }
    findings = look_into(sdists.values(), repository)
    return [
        replace(each, source=findings[sdists[each.package].url]) if each.package in sdists else each
        for each in packages
    ]
