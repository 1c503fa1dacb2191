"""Audits the wheels that locks name: from the store of `install`, or from what is known of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.audit.finding import Level
from flet_lock.audit.native_facts import Processor, load_native_facts, processor_of
from flet_lock.audit.wheel_binaries import WheelBinaries
from flet_lock.install.plan import InstallPlan, PlannedPackage, plan_install
from flet_lock.lockfile.contents import Lock
from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import Settings
from flet_lock.model.event import Listener
from flet_lock.model.facts.generation import Generation, Generations
from flet_lock.model.target import Platform, Target
from flet_lock.targets.catalogue import fixed_catalogue, load_catalogue
from flet_lock.targets.shipped_data import shipped_path
from flet_lock.workflows.auditing.audit_outcome import AuditedPackage
from flet_lock.workflows.auditing.audited_slices import AuditedWheel, audit_wheels
from flet_lock.workflows.auditing.kept_binaries import KeptBinaries
from flet_lock.workflows.auditing.known_faults import KnownFaults, is_pure_name

_Contents = dict[tuple[PlannedPackage, Processor], WheelBinaries]


class AuditedLocks(Struct, frozen=True, kw_only=True):
    """What was found in some locks."""

    packages: tuple[AuditedPackage, ...]
    wheels: int
    not_read: tuple[NormalizedName, ...]


class LockAuditor:
    """Audits locks of an app; what it has read it does not read again."""

    def __init__(
        self,
        project: Project,
        settings: Settings,
        generations: Generations,
        *,
        environ: Mapping[str, str],
        listener: Listener,
    ) -> None:
        """Sets up; reads nothing yet.

        Args:
            project: the app; its folder and its Flet count.
            settings: its settings.
            generations: how each Flet builds.
            environ: the process environment.
            listener: receives events of what is fetched.
        """
        self._project = project
        self._settings = settings
        self._generations = generations
        self._environ = environ
        self._listener = listener
        self._facts = load_native_facts()
        self._faults = KnownFaults(settings)
        self.kept = KeptBinaries(settings, self._facts)

    def audit(
        self, locks: Sequence[Lock], slices: Mapping[Platform, tuple[str, ...] | None] | None = None
    ) -> AuditedLocks:
        """Audits some locks.

        Args:
            locks: at most one per platform.
            slices: the slices of each that count; None: all.

        Raises:
            InstallError, IndexFailure: a wheel could not be had; see `fetch_wheels`.
        """
        plans = [(lock, plan_install(lock, (slices or {}).get(lock.platform))) for lock in locks]
        packages: list[AuditedPackage] = []
        not_read: dict[NormalizedName, None] = {}
        wheels = 0
        for lock, plan in plans:
            native, sources = _native(plan)
            contents = self._contents(plan, native)
            targets = {each.slice_name: each for each in lock.targets}
            found = [
                _audited(planned, targets[name], contents)
                for name in plan.slices
                for planned in native
                if name in planned.slices
            ]
            generation = self._generation(lock)
            packages += audit_wheels(
                found,
                facts=self._facts,
                generation=generation,
                pythons=_pythons(generation),
                incomplete=[targets[name] for each in sources for name in each.slices],
            )
            self._keep_verdicts(lock.platform, native, packages)
            not_read.update(dict.fromkeys(each.package for each in sources))
            wheels += len(native)
        return AuditedLocks(packages=tuple(packages), wheels=wheels, not_read=tuple(not_read))

    def _keep_verdicts(
        self,
        platform: Platform,
        native: Sequence[PlannedPackage],
        packages: Sequence[AuditedPackage],
    ) -> None:
        failing = {
            (each.package, name)
            for each in packages
            if each.platform is platform
            for found in each.findings
            if found.finding.level.is_at_least(Level.FAILS_IN_FLET)
            for name in found.slices
        }
        for planned in native:
            bad = any((planned.package, name) in failing for name in planned.slices)
            self._faults.keep(_digest(planned), fails=bad)

    def _generation(self, lock: Lock) -> Generation:
        """That of the Flet that builds the app, if the lock is for it; else the lock's own."""
        flet = self._project.flet
        name = lock.inputs.generation
        if flet is not None and flet.generation.generation == name:
            return flet.generation
        rows = [row for row in self._generations.rows if row.generation == name]
        return rows[-1] if rows else self._generations.newest

    def _contents(self, plan: InstallPlan, native: Sequence[PlannedPackage]) -> _Contents:
        found: _Contents = {}
        unknown: defaultdict[PlannedPackage, list[Processor]] = defaultdict(list)
        for planned in native:
            for processor in dict.fromkeys(map(processor_of, planned.slices)):
                known = self.kept.find(_digest(planned), processor)
                if known is None:
                    unknown[planned].append(processor)
                else:
                    found[planned, processor] = known
        if unknown:
            found.update(self._read(replace(plan, packages=tuple(unknown)), unknown))
        return found

    def _read(
        self, plan: InstallPlan, processors: Mapping[PlannedPackage, Sequence[Processor]]
    ) -> Iterator[tuple[tuple[PlannedPackage, Processor], WheelBinaries]]:
        from flet_lock.install.fetch_wheels import fetch_wheels  # noqa: PLC0415 - see `install`
        from flet_lock.workflows.installing.wheel_provider import (  # noqa: PLC0415
            open_wheel_provider,
        )

        with open_wheel_provider(
            self._settings,
            root=self._project.root,
            environ=self._environ,
            listener=self._listener,
        ) as provider:
            fetched = fetch_wheels(plan, provider)
            for planned, path in fetched.wheels.items():
                for processor in processors[planned]:
                    content = self.kept.read_wheel(path, _digest(planned), processor)
                    yield (planned, processor), content


def _native(plan: InstallPlan) -> tuple[list[PlannedPackage], list[PlannedPackage]]:
    """The wheels of a plan that have binaries for phones, and what is built from source."""
    wheels = [each for each in plan.packages if each.wheel is not None]
    sources = [each for each in plan.packages if each.wheel is None]
    return [each for each in wheels if not is_pure_name(_filename(each))], sources


def _filename(planned: PlannedPackage) -> str:
    assert planned.wheel is not None  # noqa: S101 - `_native` takes no others
    return planned.wheel.filename


def _digest(planned: PlannedPackage) -> str | None:
    return None if planned.wheel is None else planned.wheel.hashes.get("sha256")


def _audited(planned: PlannedPackage, target: Target, contents: _Contents) -> AuditedWheel:
    return AuditedWheel(
        package=planned.package,
        version=planned.version,
        filename=_filename(planned),
        target=target,
        content=contents[planned, processor_of(target.slice_name)],
    )


def _pythons(generation: Generation) -> tuple[tuple[int, int], ...]:
    """The Pythons that Flet builds with; pre-releases are nobody's yet."""
    if not generation.reads_manifest:
        return tuple(each.version for each in fixed_catalogue(generation).releases)
    catalogue = load_catalogue(shipped_path("python-releases.json"))
    return tuple(each.version for each in catalogue.releases if not each.prerelease)
