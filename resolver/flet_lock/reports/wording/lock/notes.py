"""Remarks about the project's files that never stop a run."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.reports.layout.clean_text import clean, clip, code
from flet_lock.reports.wording.lines import describe_place, under
from flet_lock.reports.wording.targets import join_words

# Kinds of which a project can have one per line, and that say the same each time.
_TOLD_TOGETHER = frozenset(
    {
        NoteKind.POETRY_LOOSER_IN_BUILD,
        NoteKind.POETRY_BROKEN_IN_BUILD,
        NoteKind.OPTIONAL_LEFT_OUT,
        NoteKind.OPTION_IGNORED,
    }
)


def explain_notes(notes: Iterable[ProjectNote]) -> list[str]:
    """A sentence for each note; one for several of a kind that differ in their place only."""
    groups: dict[object, list[ProjectNote]] = {}
    for note in notes:
        key = note.kind if note.kind in _TOLD_TOGETHER else note
        groups.setdefault(key, []).append(note)
    return [
        explain_note(alike[0]) if len(alike) == 1 else _together(alike) for alike in groups.values()
    ]


def _together(alike: Sequence[ProjectNote]) -> str:
    values = join_words(dict.fromkeys(code(note.value) for note in alike))
    match alike[0].kind:
        case NoteKind.POETRY_LOOSER_IN_BUILD:
            return (
                f"{values}: locked as Poetry means them, but {code('flet build')} alone would read "
                f"them more loosely; write out the ranges to be safe"
            )
        case NoteKind.POETRY_BROKEN_IN_BUILD:
            return (
                f"{values}: locked as Poetry means them, but {code('flet build')} alone fails on "
                f"them; build with {code('flet-lock run')}, or write them as {code('>=1,<2')}"
            )
        case NoteKind.OPTIONAL_LEFT_OUT:
            return (
                f"{values} are optional and left out; lock them with "
                f"{code('flet-lock --extra NAME')}"
            )
        case _:
            return f"{values} do not matter for a phone build and are passed over"


def explain_note(note: ProjectNote) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat table, a row per kind
    """One sentence: what was found where, and what is made of it."""
    place, value = describe_place(note.place), clean(note.value)
    match note.kind:
        case NoteKind.FLET_FALLBACK:
            return (
                f"no dependencies are declared, so {code('flet')} alone is locked, as "
                f"{code('flet build')} does; list what the app needs in {place}, under "
                f"{code('[project]')}"
            )
        case NoteKind.REQUIREMENTS_TXT_IGNORED:
            return (
                f"{place} is not read: pyproject.toml declares dependencies, and then "
                f"{code('flet build')} never looks at it"
            )
        case NoteKind.PROJECT_TABLE_IGNORED:
            return (
                f"{place} is not read: {code('flet build')} takes "
                f"{code('[tool.poetry.dependencies]')} where that table exists"
            )
        case NoteKind.POETRY_LOOSER_IN_BUILD:
            return (
                f"{place} says {code(value)}: locked as Poetry means it, but {code('flet build')} "
                f"alone would read it more loosely; write out the range to be safe"
            )
        case NoteKind.POETRY_BROKEN_IN_BUILD:
            return (
                f"{place} says {code(value)}: locked as Poetry means it, but {code('flet build')} "
                f"alone fails on it; build with {code('flet-lock run')}, or write it as "
                f"{code('>=1,<2')}"
            )
        case NoteKind.OPTIONAL_LEFT_OUT:
            return (
                f"{place} is optional and left out{_named(value)}; lock it with "
                f"{code('flet-lock --extra NAME')}"
            )
        case NoteKind.OPTION_IGNORED:
            return f"{place}: {code(value)} does not matter for a phone build and is passed over"
        case NoteKind.REQUIRES_PYTHON_UNREADABLE:
            return (
                f"{place} is not a version range ({code(value)}): {code('flet build')} takes its "
                f"default Python then, and so does the lock"
            )
        case NoteKind.MINIMUM_OS_RAISED:
            return (
                f"{place} asks for {value or 'an older system'}, older than Flet's Python runs "
                f"on: its own minimum is used"
            )
        case NoteKind.STANDARD_MODULE:
            return (
                f"{code(value)} is part of Python itself, and a package of that name would take "
                f"its place in the app: delete it in {place}"
            )
        case NoteKind.SOURCE_PASSED_OVER:
            return (
                f"{place} ({code(value)}) is not read by {code('flet build')}, so an index's "
                f"package of that name is locked, perhaps a stranger's{_write(note)}"
            )
        case NoteKind.INDEX_PASSED_OVER:
            return (
                f"{place} names {code(value)}, which is not asked: {code('flet build')} does not "
                f"read it{_write(note)}"
            )
        case NoteKind.BOUNDS_PASSED_OVER:
            return f"{place} ({code(value)}) does not hold for this lock{_write(note)}"
        case NoteKind.TOOL_LOCK_PASSED_OVER:
            return (
                f"the versions of {place} are not looked at; to keep them where they run on "
                f"phones: {code(f'flet-lock --from {note.place.file}')}"
            )
        case NoteKind.NOT_TAKEN:
            return f"these versions of {place} could not be kept: {value}"
        case NoteKind.EXTENSION_NOT_LISTED:
            return (
                f"{place} has the Flutter half of {code(value)} alone; if the app imports it, "
                f"add {code(note.line)} to {code(note.table)}"
            )
        case NoteKind.WAS_WITHDRAWN:
            return f"{value}, which {place} had, was withdrawn by its author: it is no longer taken"
        case NoteKind.NOT_NEEDED:
            return f"{place} {code(value)} changes nothing: the app does not need that package"
        case NoteKind.NO_FLET:
            where = join_words(value.split(", ")) if value else "phones"
            return (
                f"{code('flet')} is not in the lock for {where}, so the app ends at "
                f"{code('import flet')}: add {code('flet')} to {place}"
            )
        case NoteKind.AUDIT_AVOIDED:
            return f"{place} passed over {value}: its binaries fail"
        case NoteKind.AUDIT_FAILS:
            return (
                f"{place} has {value}, whose binaries fail, and no other release that fits is "
                f"better: see {code('flet-lock audit')}"
            )
        case NoteKind.SEEN_TO_FAIL:
            return (
                f"{place} has {value}, whose binaries were seen to fail: see "
                f"{code('flet-lock audit')}"
            )
        case NoteKind.OLD_LOCK_MENDED:
            return (
                f"{place} had a merge conflict: it is made anew from the versions of both sides, "
                f"the newer one where they differ"
            )
        case NoteKind.OLD_LOCK_UNREADABLE:
            return (
                f"{place} could not be read ({clip(note.value)}): it is made anew, and versions "
                f"may move; {code('git diff')} shows which"
            )
        case (
            NoteKind.FLET_BUILDS
            | NoteKind.FLET_CONTRADICTION
            | NoteKind.FLET_TOO_NEW
            | NoteKind.PYTHON_IS_FIXED
            | NoteKind.NOT_READ
            | NoteKind.FIRST_ARCH_ONLY
            | NoteKind.CRASHES_BUILD
            | NoteKind.COMMA_BREAKS_BUILD
            | NoteKind.MANIFEST_NOT_FOUND
            | NoteKind.NOTHING_INSTALLED
        ):
            from flet_lock.reports.wording.lock.flet_notes import (  # noqa: PLC0415 - few apps
                explain_flet_note,
            )

            return explain_flet_note(note)
        case _:
            assert_never(note.kind)


def _write(note: ProjectNote) -> str:
    return f"; write {under(note.line, note.table)}" if note.line else ""


def _named(value: str) -> str:
    return f" ({code(value)})" if value else ""
