"""What decides a platform's lock, in canonical form: `lock` stores it, `check` compares it."""

import os.path
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_specifier, parse_version
from flet_lock.boundary.urls import local_path, recorded_url
from flet_lock.lockfile.read_lock import lock_path, read_head_of, read_text
from flet_lock.model.app.flet_choice import FletHints
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.app.project import NoteKind, Project, ProjectNote
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.app.settings import Index, Settings
from flet_lock.model.errors.lock import LockError
from flet_lock.model.facts.generation import Generation
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.target import Platform, Target
from flet_lock.project.app import read_project
from flet_lock.project.canonical import canonical_requirement
from flet_lock.project.diagnostics import PYPROJECT
from flet_lock.targets.catalogue import Catalogue
from flet_lock.targets.generations import load_generations
from flet_lock.targets.plan import choose_targets
from flet_lock.workflows.locking.find_catalogue import (
    Download,
    find_catalogue,
    manifest_files,
)


class LockPlan(Struct, frozen=True, kw_only=True):
    """A project, read, with the targets to lock it for."""

    project: Project
    """The app, as `flet build` reads it."""
    settings: Settings
    """Its settings, all layers merged."""
    generation: Generation
    """How the Flet that builds the app does that."""
    catalogue: Catalogue
    """The Python releases that Flet bundles."""
    targets: tuple[Target, ...]
    """All targets, Android before iOS."""
    inputs: Mapping[Platform, LockInputs]
    """Per platform that has targets, Android first."""
    places: Mapping[Platform, Mapping[str, Place]]
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
    hints: FletHints | None = None,
    download: Download | None = None,
) -> LockPlan:
    """Reads an app and settles what is to be locked; touches nothing but the app's files.

    Args:
        root: The app's folder.
        options: The layer of options.
        environ: The process environment.
        texts: Files of the app as they might be, by name, instead of those on the disk.
        hints: What is known of the Flet that builds; None: what the locks that are there say.
        download: Fetches the manifest that the build reads; None: nobody may ask the network.

    Raises:
        ProjectError: the app's files have faults.
        UsageError: an option or a variable makes no sense.
        UnsupportedFlet: the Flet that builds the app is older than what is known.
        UnsupportedPython: no Python that Flet bundles fits.
        CatalogueError: the table of Python releases cannot be read.
        NoApp: nothing is declared, and nothing else in the folder says that it is an app.
    """
    generations = load_generations()
    project, settings = read_project(
        root,
        options=options,
        environ=environ,
        generations=generations,
        hints=locked_hints(root) if hints is None else hints,
        texts=texts,
    )
    if all(each.place == Place(file=PYPROJECT) for each in project.requirements):
        from flet_lock.project.find_app import refuse_no_app  # noqa: PLC0415 - few apps

        refuse_no_app(project.root, texts)
    flet = project.flet
    generation = generations.newest if flet is None else flet.generation
    date = "" if flet is None or flet.found is None else flet.found.python_build
    catalogue = find_catalogue(generation, settings, environ, date=date, download=download)
    targets = choose_targets(project, settings, catalogue)
    platforms = [p for p in Platform if any(target.platform is p for target in targets)]
    if catalogue.wanted_date:
        project = replace(project, notes=(*project.notes, _stale_manifest(catalogue)))
    return LockPlan(
        project=project,
        settings=settings,
        generation=generation,
        catalogue=catalogue,
        targets=targets,
        inputs={
            platform: _inputs(platform, project, settings, targets, catalogue)
            for platform in platforms
        },
        places={platform: _places(platform, project) for platform in platforms},
        files=None
        if project.names_local_paths
        else (*project.files, *manifest_files(catalogue, settings, environ)),
    )


def _stale_manifest(catalogue: Catalogue) -> ProjectNote:
    return ProjectNote(
        kind=NoteKind.MANIFEST_NOT_FOUND,
        place=Place(file=f"manifest-{catalogue.wanted_date}.json"),
        value=catalogue.date,
    )


def locked_hints(root: Path) -> FletHints:
    """What the app's locks say of the Flet that they were made for; empty where there is none."""
    for platform in Platform:
        try:
            text = read_text(lock_path(root, platform))
            inputs, _ = read_head_of(text, lock_path(root, platform))
        except LockError:
            continue
        found = _LOCKED_FLET.search(text)
        try:
            version = None if found is None else parse_version(found[1])
        except RefusedTextError:
            version = None
        # A lock that an older flet-lock wrote was made for Flet 1, whatever flet it locked.
        recorded = inputs.generation if "\ngeneration = " in text else ""
        return FletHints(locked=version, recorded=recorded)
    return FletHints()


_LOCKED_FLET = lazy_regex(
    r'^\[\[packages\]\]\nname = "flet"\nversion = "([0-9][0-9A-Za-z.+!]*)"\n', re.MULTILINE
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
        generation=catalogue.generation.generation if catalogue.generation else "",
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


def _places(platform: Platform, project: Project) -> dict[str, Place]:
    return {
        canonical_requirement(requirement, project.root): requirement.place
        for requirement in (*project.requirements, *project.constraints, *project.overrides)
        if requirement.platform in (None, platform)
    }


def _canonical_specifier(text: str | None) -> str:
    if text is None:
        return ""
    try:
        return ",".join(sorted(str(clause) for clause in parse_specifier(text)))
    except RefusedTextError:
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
        return recorded_url(location)
    directory = local_path(location)
    try:
        return Path(os.path.relpath(directory.resolve(), root.resolve())).as_posix()
    except ValueError:  # another drive of Windows: no relative path leads there
        return directory.name
