"""Locked releases that are far behind: why that matters, and what the app could do."""

from flet_lock.model.answer.old_release import OldRelease
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.failure.fixes import explain_suggestion
from flet_lock.reports.wording.targets import join_words

_DAYS_OF_A_YEAR = 365.25


def explain_old_release(old: OldRelease) -> tuple[str, ...]:
    """What is to be said after `toga 0.2 (2017-11) instead of 0.5 (2026-10), …`.

    Returns: how far behind it is and what its code tells, then each way out.
    """
    return (
        f"{_distance(old)} behind: {_verdict(old)}",
        *(explain_suggestion(each) for each in old.ways_out),
    )


def _distance(old: OldRelease) -> str:
    words = []
    majors = old.newest.major - old.taken.major
    if old.taken_uploaded is not None and old.newest_uploaded is not None:
        years = int((old.newest_uploaded - old.taken_uploaded).days / _DAYS_OF_A_YEAR)
        if years:
            words.append(f"{years} year{'' if years == 1 else 's'}")
    if 0 < majors < 1000:  # noqa: PLR2004 - more are years, not versions
        words.append(f"{majors} major version{'' if majors == 1 else 's'}")
    return join_words(words) or "far"


def _verdict(old: OldRelease) -> str:
    found = old.code
    if found is None:
        return "look whether the app works with it before you ship it"
    told = []
    if found.unreadable:
        told.append(f"{clean(found.unreadable)} in it is not Python 3")
    removed = found.removed_modules
    if removed:
        names = join_words(f"{code(name)} (gone since Python {python})" for name, python in removed)
        told.append(f"it imports {names}")
    if told:
        return f"it will fail on the device, as {join_words(told)}"
    if found.newest_python:
        return f"it names Python {found.newest_python} as the newest that it was made for"
    return "look whether the app works with it before you ship it"
