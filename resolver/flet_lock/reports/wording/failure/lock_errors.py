"""Why a lock could not be read, trusted or written, in words."""

from functools import singledispatch

from flet_lock.model.errors.lock import (
    LockEdited,
    LockError,
    LockMissing,
    LockNotWritten,
    LockUnreadable,
    UnknownSources,
)
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, clip, code

_SOURCES_SHOWN = 6


@singledispatch
def explain_lock_error(error: LockError) -> Explanation:
    """What is wrong with a lock, and what to do next."""
    raise AssertionError(type(error))


@explain_lock_error.register
def _lock_missing(error: LockMissing) -> Explanation:
    return Explanation(
        summary=f"there is no {clean(error.path)}",
        hints=(f"make it: {code('flet-lock')}",),
        exit_code=1,
    )


@explain_lock_error.register
def _lock_unreadable(error: LockUnreadable) -> Explanation:
    if error.of_other_tool:
        path = clean(error.path)
        return Explanation(
            summary=f"{path} is there, and flet-lock did not write it",
            details=(clip(error.detail, 200),) if error.detail else (),
            hints=(f"rename or delete {path}, where the lock would be; then {code('flet-lock')}",),
        )
    place = f" at {clean(error.place)}" if error.place else ""
    return Explanation(
        summary=f"{clean(error.path)} is damaged or of a later version{place}",
        details=(clip(error.detail, 200),) if error.detail else (),
        hints=(
            (
                f"take it back from version control, or delete it and make it anew: "
                f"{code('flet-lock')}"
            ),
        ),
    )


@explain_lock_error.register
def _lock_edited(error: LockEdited) -> Explanation:
    return Explanation(
        summary=f"{clean(error.path)} is not as flet-lock wrote it, so nothing is taken from it",
        details=("its body digest is that of another text",),
        hints=(
            (
                f"take it back from version control, or make it anew: {code('flet-lock')}; "
                f"if you trust it as it is: {code('--allow-edited')}"
            ),
        ),
        exit_code=1,
    )


@explain_lock_error.register
def _unknown_sources(error: UnknownSources) -> Explanation:
    repeat = " ".join(f"--index NAME={clean(each)}" for each in error.indexes[:_SOURCES_SHOWN])
    names = f"name it as when it was locked: {code(repeat)}" if repeat else "name it with --index"
    return Explanation(
        summary=f"{clean(error.path)} takes files from where neither the app nor you have said",
        details=(*map(clean, error.sources[:_SOURCES_SHOWN]), *_more(error.sources)),
        hints=(
            (
                f"if you know it, {names}, as {code('[tool.flet-lock].indexes')} or as "
                f"{code('file-hosts')} in pyproject.toml; to take it this once: "
                f"{code('--allow-unknown-sources')}"
            ),
        ),
        exit_code=1,
    )


def _more(sources: tuple[str, ...]) -> tuple[str, ...]:
    rest = len(sources) - _SOURCES_SHOWN
    return (f"and {rest} more",) if rest > 0 else ()


@explain_lock_error.register
def _lock_not_written(error: LockNotWritten) -> Explanation:
    return Explanation(
        summary=f"{clean(error.path)} could not be written; an old one is as it was",
        details=(clip(error.detail, 200),) if error.detail else (),
        hints=(f"make room or allow writing there, then run {code('flet-lock')} again",),
    )
