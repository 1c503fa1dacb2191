"""Remarks about the project's files that never stop a run."""

from typing import assert_never

from flet_lock.model.project import NoteKind, ProjectNote
from flet_lock.reports.clean_text import clean, clip, code


def explain_note(note: ProjectNote) -> str:  # noqa: PLR0911 - one flat table, a row per kind
    """One sentence: what was found where, and what is made of it."""
    place, value = clean(str(note.place)), clean(note.value)
    match note.kind:
        case NoteKind.FLET_FALLBACK:
            return (
                f"{place} declares no dependencies, so {code('flet')} alone is locked, as "
                f"{code('flet build')} does; list what the app needs in {code('[project]')}"
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
        case NoteKind.OLD_LOCK_UNREADABLE:
            return (
                f"{place} could not be read ({clip(note.value)}): it is made anew, and versions "
                f"may move; {code('git diff')} shows which"
            )
        case _:
            assert_never(note.kind)


def _named(value: str) -> str:
    return f" ({code(value)})" if value else ""
