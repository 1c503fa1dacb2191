"""What decides a platform's lock, in canonical form: `lock` stores it, `check` compares it."""

import os.path
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from pathlib import Path

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from flet_lock.lockfile.locations import without_credentials
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.app.project import Project
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.app.settings import Index, Settings
from flet_lock.model.target import Platform, Target
from flet_lock.project.app import read_project
from flet_lock.project.canonical import canonical_requirement
from flet_lock.project.reference import file_path
from flet_lock.targets.catalogue import Catalogue, catalogue_path, load_catalogue
from flet_lock.targets.plan import choose_targets


class LockPlan(Struct, frozen=True, kw_only=True):
    """A project, read, with the targets to lock it for."""

    project: Project
    """The app, as `flet build` reads it."""
    settings: Settings
    """Its settings, all layers merged."""
    catalogue: Catalogue
    """The Python releases that Flet bundles."""
    targets: tuple[Target, ...]
    """All targets, Android before iOS."""
    inputs: Mapping[Platform, LockInputs]
    """Per platform that has targets, Android first."""
    places: Mapping[Platform, Mapping[str, str]]
    """Canonical text of a requirement, constraint or override to its place."""
    files: tuple[Path, ...] | None
    """Every file that the plan was read from, absolute; None where it rests on more than files."""

    @property
    def name(self) -> str:
        """What to call the app in messages."""
        return self.project.title


def read_lock_plan(
    root: Path,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    texts: Mapping[str, str] | None = None,
) -> LockPlan:
    """Reads an app and settles what is to be locked; touches nothing but the app's files.

    Args:
        root: The app's folder.
        options: The layer of options.
        environ: The process environment.
        texts: Files of the app as they might be, by name, instead of those on the disk.

    Raises:
        ProjectError: the app's files have faults.
        UsageError: an option or a variable makes no sense.
        UnsupportedPython: no Python that Flet bundles fits.
        CatalogueError: the table of Python releases cannot be read.
    """
    project, settings = read_project(root, options=options, environ=environ, texts=texts)
    catalogue = load_catalogue(environ)
    targets = choose_targets(project, settings, catalogue)
    platforms = [p for p in Platform if any(target.platform is p for target in targets)]
    return LockPlan(
        project=project,
        settings=settings,
        catalogue=catalogue,
        targets=targets,
        inputs={
            platform: _inputs(platform, project, settings, targets, catalogue)
            for platform in platforms
        },
        places={platform: _places(platform, project) for platform in platforms},
        files=None
        if project.names_local_paths
        else (*project.files, catalogue_path(environ).absolute()),
    )


def _inputs(
    platform: Platform,
    project: Project,
    settings: Settings,
    targets: Sequence[Target],
    catalogue: Catalogue,
) -> LockInputs:
    own = [target for target in targets if target.platform is platform]
    major, minor = own[0].python_version
    python = f"{major}.{minor}"
    root = project.root
    api, point = own[0].minimum_os
    return LockInputs(
        platform=platform,
        requirements=_canonical(project.requirements, platform, root),
        constraints=_canonical(project.constraints, platform, root),
        overrides=_canonical(project.overrides, platform, root),
        python=python,
        requires_python=_canonical_specifier(project.requires_python),
        slices=tuple(target.slice_name for target in own),
        minimum_os=str(api) if platform is Platform.ANDROID else f"{api}.{point}",
        source_packages=tuple(sorted(set(project.source_packages.get(platform, ())))),
        indexes=tuple(index_text(index, root) for index in settings.indexes),
        sources=tuple(sorted(f"{package}={index}" for package, index in settings.sources)),
        groups=tuple(sorted(set(settings.groups))),
        extras=tuple(sorted(set(settings.extras))),
        prereleases=_prereleases(settings.prereleases),
        exclude_newer=_cutoff(settings),
        same_versions=settings.same_versions,
        catalogue=catalogue.digest(python),
    )


def _canonical(
    requirements: Iterable[ProjectRequirement], platform: Platform, root: Path
) -> tuple[str, ...]:
    return tuple(
        sorted(
            {
                canonical_requirement(requirement, root)
                for requirement in requirements
                if requirement.platform in (None, platform)
            }
        )
    )


def _places(platform: Platform, project: Project) -> dict[str, str]:
    return {
        canonical_requirement(requirement, project.root): str(requirement.place)
        for requirement in (*project.requirements, *project.constraints, *project.overrides)
        if requirement.platform in (None, platform)
    }


def _canonical_specifier(text: str | None) -> str:
    if text is None:
        return ""
    try:
        return ",".join(sorted(str(clause) for clause in SpecifierSet(text)))
    except InvalidSpecifier:
        # `flet build` goes on as if it were not there, and so do we; the user was told.
        return ""


def _cutoff(settings: Settings) -> str:
    """A span stays a span: counted from now it would be another moment on every check."""
    if settings.exclude_newer_span is not None:
        return f"{settings.exclude_newer_span.total_seconds() / 86_400:g} days"
    if settings.exclude_newer is None:
        return ""
    return settings.exclude_newer.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _prereleases(allowed: tuple[str, ...] | bool) -> tuple[str, ...]:
    return (("*",) if allowed else ()) if isinstance(allowed, bool) else tuple(sorted(allowed))


def index_text(index: Index, root: Path) -> str:
    """An index as the lock names it: without credentials, a directory relative to the app."""
    explicit = " (explicit)" if index.explicit else ""
    return f"{index.name}={public_location(index, root)}{explicit}"


def public_location(index: Index, root: Path) -> str:
    """Where an index is, fit for a lock: no credentials, no path of this machine."""
    location = index.location
    if "://" in location and not location.startswith("file:"):
        return without_credentials(location)
    directory = Path(file_path(location) if "://" in location else location)
    try:
        return Path(os.path.relpath(directory.resolve(), root.resolve())).as_posix()
    except ValueError:  # another drive of Windows: no relative path leads there
        return directory.name
