"""`flet-lock upgrade-flet`: what an app would get if another version of Flet built it."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from msgspec import Struct
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_version
from flet_lock.model.answer.resolution import Pin
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import RewriteRequirement
from flet_lock.model.app.flet_choice import FletChoice, FletHints, FletOrigin
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.model.facts.generation import Generations
from flet_lock.model.target import Platform
from flet_lock.project.diagnostics import ProjectDiagnostics
from flet_lock.project.document import read_document
from flet_lock.project.edit.edited_files import CannotEditError, EditedFiles
from flet_lock.project.flet_version import pinned_requirements
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.fixing.fix import write_edited
from flet_lock.workflows.locking.find_catalogue import downloader
from flet_lock.workflows.locking.lock import lock
from flet_lock.workflows.locking.lock_plan import LockPlan, read_lock_plan
from flet_lock.workflows.outcome import LockOutcome

_FLET = ("flet", "flet-cli")
_ABOUT_THE_CHOICE = (
    NoteKind.FLET_BUILDS,
    NoteKind.FLET_CONTRADICTION,
    NoteKind.MANIFEST_NOT_FOUND,
)


class BuildFacts(Struct, frozen=True, kw_only=True):
    """What one Flet builds an app with."""

    flet: FletChoice
    python: str
    """Full version."""
    slices: Mapping[Platform, tuple[str, ...]]
    """By platform, in build order."""


class PackageMove(Struct, frozen=True, kw_only=True):
    """A package that another Flet changes on a platform."""

    platform: Platform
    package: NormalizedName
    before: Version | None
    """None: it is new."""
    after: Version | None
    """None: it is gone."""
    classes: tuple[tuple[str, ...], tuple[str, ...]]
    """Availability classes on the platform's targets before and after, sorted."""


class UpgradeFletOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock upgrade-flet`."""

    kind: ClassVar[str] = "upgrade-flet"
    project_name: str
    before: BuildFacts
    after: BuildFacts
    moves: tuple[PackageMove, ...]
    """Sorted by platform and package; empty where the app cannot be locked."""
    lines: tuple[EditedLine, ...]
    """What `--write` changes in the app's files."""
    settled: tuple[ProjectNote, ...]
    """Remarks on the app that the other Flet makes void: what it reads, and the present one not."""
    notes: tuple[ProjectNote, ...]
    """Remarks that come with it."""
    failure: CannotLock | None
    """Why there is no lock with it, with what would help; None where there is one."""
    written: bool
    """Whether files and locks were written."""

    @property
    def exit_code(self) -> int:
        """1 where the app cannot be locked with it."""
        return 0 if self.failure is None else 1


def upgrade_flet(
    root: Path,
    version: str,
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    write: bool,
    listener: Listener,
) -> UpgradeFletOutcome:
    """Compares the app as it is locked now with what another Flet would get.

    Args:
        root: the app's folder.
        version: of Flet, `1.0.5`; older or newer than the present one.
        options: the layer of options, keys as on the command line without dashes.
        environ: the process environment.
        write: whether the app's files and locks are changed; only where it can be locked.
        listener: receives what is fetched.

    Raises:
        UsageError: the version is none, or a requirement of the app cannot be changed.
        UnsupportedFlet: it is older than what is known.
        ProjectError, CatalogueError, IndexFailure, ProjectNotWritten: see `lock` and `fix`.
    """
    try:
        wanted = parse_version(version)
    except RefusedTextError as error:
        detail = "a version such as 1.0.5 is wanted"
        raise UsageError(option="VERSION", value=version, detail=detail) from error
    download = downloader(environ, listener)
    plan = read_lock_plan(root, options=options, environ=environ, download=download)
    before = _locked(root, None, options, environ, listener)
    here = _resolved_plan(plan, before, root, options, environ)
    files, lines = _edited(plan, wanted, load_generations())
    moved = {**options, "flet": str(wanted)}
    after = _locked(root, files.texts, moved, environ, listener, dry_run=not write)
    is_locked = isinstance(after, LockOutcome)
    if write and is_locked:
        write_edited(files, root)
    there = read_lock_plan(
        root, options=moved, environ=environ, texts=files.texts, download=download
    )
    old, new = _notes(here), _notes(there)
    return UpgradeFletOutcome(
        project_name=plan.name,
        before=_facts(here),
        after=_facts(there),
        moves=_moves(before, after) if is_locked else (),
        lines=lines,
        settled=tuple(note for note in old if (note.kind, note.value) not in _keys(new)),
        notes=tuple(note for note in new if (note.kind, note.value) not in _keys(old)),
        failure=after if isinstance(after, CannotLock) else None,
        written=write and is_locked,
    )


def _locked(
    root: Path,
    texts: Mapping[str, str] | None,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    listener: Listener,
    *,
    dry_run: bool = True,
) -> LockOutcome | CannotLock:
    try:
        return lock(
            root,
            options=options,
            environ=environ,
            dry_run=dry_run,
            listener=listener,
            texts=texts,
        )
    except CannotLock as error:
        return error


def _edited(
    plan: LockPlan, wanted: Version, generations: Generations
) -> tuple[EditedFiles, tuple[EditedLine, ...]]:
    """The app's files for another Flet: requirements that exclude it, and the setting.

    Raises:
        UsageError: a requirement stands where it cannot be changed.
    """
    files = EditedFiles(plan.project.root)
    # What asks for any flet would get the newest, which is of another generation than an old one.
    is_newest = generations.of(wanted) == generations.newest
    edits = []
    for each in plan.project.requirements:
        own = each.requirement
        fits = own.specifier.contains(wanted, prereleases=True)
        if each.package in _FLET and not own.url and not (fits and is_newest):
            new = Requirement(str(own))
            new.specifier = SpecifierSet(f"=={wanted}")
            edits.append(RewriteRequirement(place=each.place, before=own, after=str(new)))
    there = {each.place for each in edits}
    document = read_document(plan.project.root, ProjectDiagnostics())
    for place, own in pinned_requirements(document):
        if place not in there and not own.specifier.contains(wanted, prereleases=True):
            new = Requirement(str(own))
            new.specifier = SpecifierSet(f"=={wanted}")
            edits.append(RewriteRequirement(place=place, before=own, after=str(new)))
    flet = plan.project.flet
    is_pinned = flet is not None and flet.found is not None and flet.found.origin is FletOrigin.PIN
    try:
        lines = files.apply(tuple(edits)) if edits else ()
        if not (is_pinned and edits) or plan.settings.flet is not None:
            lines += (files.assign(("tool", "flet-lock", "flet"), str(wanted)),)
    except CannotEditError as error:
        raise UsageError(option="VERSION", value=str(wanted), detail=str(error)) from error
    return files, lines


def _resolved_plan(
    plan: LockPlan,
    before: LockOutcome | CannotLock,
    root: Path,
    options: Mapping[str, object],
    environ: Mapping[str, str],
) -> LockPlan:
    """The plan of an answer, which may be for the flet in it."""
    pins = _pins(before)
    flet = next((pin.version for (_, name), pin in pins.items() if name == "flet"), None)
    if flet is None:
        return plan
    return read_lock_plan(root, options=options, environ=environ, hints=FletHints(locked=flet))


def _facts(plan: LockPlan) -> BuildFacts:
    flet = plan.project.flet or FletChoice(generation=plan.generation, found=None)
    slices: dict[Platform, tuple[str, ...]] = {}
    for target in plan.targets:
        slices[target.platform] = (*slices.get(target.platform, ()), target.slice_name)
    return BuildFacts(flet=flet, python=plan.targets[0].python_full_version, slices=slices)


def _notes(plan: LockPlan) -> list[ProjectNote]:
    return [note for note in plan.project.notes if note.kind not in _ABOUT_THE_CHOICE]


def _keys(notes: list[ProjectNote]) -> set[tuple[NoteKind, str]]:
    return {(note.kind, note.value) for note in notes}


def _moves(
    before: LockOutcome | CannotLock, after: LockOutcome | CannotLock
) -> tuple[PackageMove, ...]:
    old, new = _pins(before), _pins(after)
    found = []
    for platform, package in sorted(old.keys() | new.keys(), key=lambda key: (key[0], key[1])):
        one, other = old.get((platform, package)), new.get((platform, package))
        classes = (_classes(one), _classes(other))
        versions = (one.version if one else None, other.version if other else None)
        if versions[0] != versions[1] or classes[0] != classes[1]:
            move = PackageMove(
                platform=platform,
                package=package,
                before=versions[0],
                after=versions[1],
                classes=classes,
            )
            found.append(move)
    return tuple(found)


def _pins(outcome: LockOutcome | CannotLock) -> dict[tuple[Platform, NormalizedName], Pin]:
    if isinstance(outcome, CannotLock):
        return {}
    return {
        (each.platform, pin.package): pin
        for each in outcome.platforms
        for pin in each.resolution.pins
    }


def _classes(pin: Pin | None) -> tuple[str, ...]:
    return () if pin is None else tuple(sorted({each.value for each in pin.availability.values()}))
