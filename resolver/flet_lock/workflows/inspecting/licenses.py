"""`flet-lock licenses`: the licences of what is locked, as each wheel's METADATA tells them."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.project.app import read_project
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.inspecting.licences import read_licences, wheel_of
from flet_lock.workflows.inspecting.locked_app import read_locks
from flet_lock.workflows.locking.lock_plan import public_location
from flet_lock.workflows.trusted_lock import read_trusted_lock


class PackageLicence(Struct, frozen=True, kw_only=True):
    """A package, and under which licences its wheels are."""

    package: NormalizedName
    """The package."""
    versions: tuple[Version, ...]
    """One, or one per platform where they differ; Android's first."""
    platforms: tuple[Platform, ...]
    """Those whose lock has it."""
    licences: tuple[str, ...]
    """Sorted; empty where METADATA tells none, or cannot be had."""


class LicencesOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock licenses`."""

    kind: ClassVar[str] = "licenses"
    project_name: str
    """The app's name."""
    lock_paths: tuple[str, ...]
    """File names of the locks, Android first."""
    packages: tuple[PackageLicence, ...]
    """Sorted by name."""


def licenses(
    root: Path, *, options: Mapping[str, object], environ: Mapping[str, str], listener: Listener
) -> LicencesOutcome:
    """Finds the licence of every locked wheel.

    Args:
        root: the app's folder.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        listener: receives events of what is fetched.

    Raises:
        ProjectError, UsageError: the app or an option cannot be read.
        LockMissing: see `read_locks`.
        LockUnreadable, LockEdited, UnknownSources: see `read_trusted_lock`.
    """
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    read = partial(read_trusted_lock, project=project, settings=settings)
    locks = read_locks(root, options, read=read)
    names = {public_location(index, root): index.name for index in settings.indexes}
    wheels = [
        (lock.platform, package, wheel_of(file, names, root))
        for _, lock in locks
        for package in lock.packages
        for file in package.files or (None,)
    ]
    known = read_licences(
        [wheel for _, _, wheel in wheels if wheel is not None],
        settings,
        root=root,
        environ=environ,
        listener=listener,
    )
    facts: dict[NormalizedName, _Found] = {}
    for platform, package, wheel in wheels:
        found = facts.setdefault(package.package, _Found())
        found.platforms[platform] = None
        found.versions[package.version] = None
        licence = None if wheel is None else known[wheel.url]
        if licence is not None:
            found.licences.add(licence)
    return LicencesOutcome(
        project_name=project.title,
        lock_paths=tuple(path.name for path, _ in locks),
        packages=tuple(
            PackageLicence(
                package=name,
                versions=tuple(found.versions),
                platforms=tuple(found.platforms),
                licences=tuple(sorted(found.licences)),
            )
            for name, found in sorted(facts.items())
        ),
    )


class _Found(Struct):
    versions: dict[Version, None] = {}
    platforms: dict[Platform, None] = {}
    licences: set[str] = set()
