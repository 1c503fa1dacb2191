"""For packages that fail: the nearest other release that is clean and with which the app locks.

Each is tried as `lock` would take it: resolved with all the app asks for, its wheels audited.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.moved_bound import moved_bounds, requirement_text
from flet_lock.audit.finding import Level
from flet_lock.index.repository import Repository
from flet_lock.lockfile.contents import Lock
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import Edit, RewriteRequirement
from flet_lock.model.errors.base import FletLockError
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.event import Listener, WayOutTried, ignore_event
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.target import Platform
from flet_lock.workflows.auditing.audit_lock import LockAuditor
from flet_lock.workflows.auditing.audit_outcome import AuditedPackage, Remedy, fails
from flet_lock.workflows.fixing.fix_trials import FixTrials
from flet_lock.workflows.locking.lock_plan import LockPlan, read_lock_plan
from flet_lock.workflows.locking.pending_lock import lock_of_answer, with_hashes
from flet_lock.workflows.locking.resolve_plan import resolve_plan
from flet_lock.workflows.locking.starting_point import StartingPoint, read_starting_point
from flet_lock.workflows.repository import open_repository

DEFAULT_SECONDS: Final = 30.0
"""For all packages together, where `--fix-budget` does not say: each trial fetches wheels."""
_MOST_TRIED: Final = 8
"""Releases of one package."""


def find_remedies(
    packages: Sequence[AuditedPackage],
    auditor: LockAuditor,
    platforms: tuple[Platform, ...],
    *,
    fail_on: Level,
    root: Path,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    listener: Listener,
) -> tuple[AuditedPackage, ...]:
    """The packages, those that fail with what was found to take instead.

    What cannot be tried (offline, an index that fails, an app that cannot be read) is left out.

    Args:
        packages: what the audit of the locks found.
        auditor: audits the locks of the trials.
        platforms: those of the locks that were audited; the others are not resolved.
        fail_on: the mildest level that fails.
        root: the app's folder.
        options: the layer of options.
        environ: the process environment.
        listener: is told of each trial.
    """
    try:
        start = read_starting_point(lambda: read_lock_plan(root, options=options, environ=environ))
    except FletLockError:
        return tuple(packages)
    settings = start.plan.settings
    seconds = settings.fix_budget_seconds if "fix-budget" in options else DEFAULT_SECONDS
    deadline = time.monotonic() + seconds
    bad = dict.fromkeys(each.package for each in packages if fails(each, fail_on))
    found: dict[NormalizedName, _Search] = {}
    with closing(open_repository(start.plan, environ=environ, listener=listener)) as repository:
        trials = FixTrials(
            plan=start.plan,
            old=start.versions,
            source=repository,
            reread=lambda texts: read_lock_plan(
                root, options=options, environ=environ, texts=texts
            ),
            texts={},
            deadline=deadline,
        )
        for name in bad if seconds else ():
            search = found[name] = _Search(
                package=name,
                bad=frozenset(bad),
                start=start,
                repository=repository,
                trials=trials,
                auditor=auditor,
                platforms=platforms,
                fail_on=fail_on,
                deadline=deadline,
                listener=listener,
            )
            search.run({each.version for each in packages if each.package == name})
    return tuple(_numbered(packages, found))


def _numbered(
    packages: Iterable[AuditedPackage], found: Mapping[NormalizedName, "_Search"]
) -> Iterator[AuditedPackage]:
    """The packages with their remedies, which are numbered from 1; one of both platforms is one."""
    helped = [name for name, search in found.items() if search.remedy is not None]
    for each in packages:
        search = found.get(each.package)
        if search is None:
            yield each
            continue
        remedy = search.remedy
        if remedy is not None:
            remedy = replace(remedy, number=helped.index(each.package) + 1)
        yield replace(each, remedy=remedy, tried=search.tried)


class _Search(Struct, kw_only=True):
    """Looks for another release of one package."""

    package: NormalizedName
    bad: frozenset[NormalizedName]
    """All packages that fail now."""
    start: StartingPoint
    repository: Repository
    trials: FixTrials
    auditor: LockAuditor
    platforms: tuple[Platform, ...]
    fail_on: Level
    deadline: float
    listener: Listener
    remedy: Remedy | None = None
    tried: int = 0

    def run(self, locked: set[Version]) -> None:
        """Tries releases, the nearest newer ones first, until one helps or the time is over."""
        try:
            for version in self._candidates(locked):
                if self.tried == _MOST_TRIED or time.monotonic() > self.deadline:
                    return
                self.tried += 1
                self.listener(WayOutTried(package=self.package, tried=self.tried))
                self.remedy = self._try(version)
                if self.remedy is not None:
                    return
        except FletLockError:
            # An index that fails now, or a file that cannot be had, is no answer to this.
            return

    def _candidates(self, locked: set[Version]) -> Iterator[Version]:
        """Other releases with binaries for phones: newer ones, the nearest first, then older."""
        listing = self.repository.listing(self.package)
        usable = [
            version
            for version in listing.versions
            if version not in locked
            and (not version.is_prerelease or any(each.is_prerelease for each in locked))
            and any(
                isinstance(file, Wheel) and file.yanked is None
                for file in listing.for_phones(version)
            )
        ]
        yield from sorted(version for version in usable if version > max(locked))
        yield from sorted((version for version in usable if version < max(locked)), reverse=True)

    def _try(self, version: Version) -> Remedy | None:
        edits = tuple(self._edits(version))
        plan = self.start.plan
        lines: tuple[EditedLine, ...] = ()
        if edits:
            edited = self.trials.edited(edits)
            if edited is None:
                return None
            plan, lines = edited
        locks = self._locks(plan, version)
        if locks is None or not self._is_clean(locks):
            return None
        return Remedy(package=self.package, version=version, edits=edits, lines=lines)

    def _edits(self, version: Version) -> Iterator[Edit]:
        """What has to change of the app's requirements so that they let a release in."""
        project = self.start.plan.project
        for entry in (*project.requirements, *project.constraints, *project.overrides):
            specifier = entry.requirement.specifier
            if entry.package == self.package and not specifier.contains(version, prereleases=True):
                after = requirement_text(
                    entry.requirement, specifier=moved_bounds(specifier, [version])
                )
                yield RewriteRequirement(place=entry.place, before=entry.requirement, after=after)

    def _locks(self, plan: LockPlan, version: Version) -> list[Lock] | None:
        """The locks with a release; None where there are none."""
        settings = plan.settings
        wanted = Requirement(f"{self.package}=={version}")
        preferring = replace(
            plan,
            settings=replace(settings, upgrade_packages=(*settings.upgrade_packages, wanted)),
        )
        try:
            resolutions = resolve_plan(
                preferring,
                self.start.versions,
                self.repository,
                ignore_event,
                platforms=self.platforms,
                diagnosed=False,
                until=self.deadline,
            )
        except CannotLock:
            return None
        taken = {
            pin.version for each in resolutions for pin in each.pins if pin.package == self.package
        }
        if taken != {version}:
            return None
        return [lock_of_answer(plan, with_hashes(each, self.repository)) for each in resolutions]

    def _is_clean(self, locks: Sequence[Lock]) -> bool:
        """Whether the package is good in some locks, and nothing else is bad that was not."""
        found = self.auditor.audit(locks).packages
        failing = {each.package for each in found if fails(each, self.fail_on)}
        return self.package not in failing and failing <= self.bad
