"""From a diagnosis to everything that helps: what sources hold, what names tell, what would work.

Each step takes a `Refusal` and returns a new one.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.analysis.suggest_fixes import suggest
from flet_lock.index.repository import Repository
from flet_lock.lockfile.old_lock import LockedVersions
from flet_lock.model.answer.blocker import NoUsableRelease, PackageNotFound
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.app.fix import Suggestion
from flet_lock.model.app.settings import FLET
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.project.edit.edited_files import CannotEditError, EditedFiles
from flet_lock.workflows.fixing.inspect_sources import with_source_findings
from flet_lock.workflows.fixing.name_advice import with_advice
from flet_lock.workflows.fixing.shown_list import keep_shown_list
from flet_lock.workflows.fixing.try_suggestions import try_suggestions
from flet_lock.workflows.fixing.unbuilt_sources import UnbuiltSources
from flet_lock.workflows.locking.lock_plan import LockPlan


def enrich(
    refusal: Refusal,
    plan: LockPlan,
    old: Mapping[Platform, LockedVersions],
    repository: Repository,
    *,
    reread: Callable[[Mapping[str, str]], LockPlan],
    until: float,
    listener: Listener,
    texts: Mapping[str, str] | None,
) -> Refusal:
    """The refusal with all that helps; what is shown of it is kept for `--fix`.

    Args:
        refusal: What the resolution found.
        plan: What was asked.
        old: The locks that were there.
        repository: The indexes, still open.
        reread: Reads the project again, with other texts for some of its files.
        until: The moment (`time.monotonic`) at which the run's budget ends.
        listener: Gets an event for each trial.
        texts: Files of the app as they are going to be, where they are not those on the disk.
    """
    warnings = tuple(note for note in plan.project.notes if note.is_warning)
    refusal = replace(
        refusal,
        warnings=warnings,
        without_flet_index=all(index.name != FLET for index in plan.settings.indexes)
        and any(isinstance(each, NoUsableRelease | PackageNotFound) for each in refusal.blockers),
    )
    refusal = with_source_findings(refusal, repository, until)
    refusal = with_advice(refusal, plan.project.requirements, repository)
    refusal = with_suggestions(refusal, plan, texts)
    refusal = try_suggestions(
        refusal,
        plan,
        old,
        UnbuiltSources(repository, trusted=_built_anyway(plan)),
        reread=reread,
        seconds=min(plan.settings.fix_budget_seconds, until - time.monotonic()),
        listener=listener,
        texts=texts,
        patience=repository.patient_until,
    )
    if not plan.settings.no_cache and texts is None:
        keep_shown_list(plan, refusal.suggestions)
    return refusal


def with_suggestions(refusal: Refusal, plan: LockPlan, texts: Mapping[str, str] | None) -> Refusal:
    """The refusal with a numbered list of what could be changed; nothing of it is tried yet."""
    suggestions = suggest(refusal.blockers, plan.project, plan.targets, plan.catalogue)
    root = plan.project.root
    written = [each for one in suggestions if (each := _written(one, root, texts)) is not None]
    # What the facts promise has the small numbers; pairs and guesses are many.
    written.sort(key=lambda each: not each.promised)
    return replace(
        refusal,
        suggestions=tuple(replace(each, number=n) for n, each in enumerate(written, 1)),
    )


def _written(
    suggestion: Suggestion, root: Path, texts: Mapping[str, str] | None
) -> Suggestion | None:
    """The suggestion with the lines it would write; None where its edits cannot be made."""
    if not suggestion.edits:
        return suggestion
    try:
        lines = EditedFiles(root, texts).apply(suggestion.edits)
    except CannotEditError:
        return replace(suggestion, edits=(), promised=()) if suggestion.loosened else None
    return replace(suggestion, lines=lines)


def _built_anyway(plan: LockPlan) -> frozenset[NormalizedName]:
    """Packages whose sources the user has the build run."""
    return frozenset(name for names in plan.project.source_packages.values() for name in names)
