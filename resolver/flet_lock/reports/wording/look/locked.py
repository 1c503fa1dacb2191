"""What there is to say about locks that are only looked at, and names that are not in them."""

import difflib
from collections.abc import Iterator

from packaging.utils import NormalizedName

from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.targets import describe_platforms, join_words
from flet_lock.workflows.inspecting.locked_app import LockedApp

_CLOSE_SHOWN = 3


def closest_names(package: str, known: tuple[NormalizedName, ...]) -> tuple[NormalizedName, ...]:
    """Names that may have been meant: alike in spelling, or holding what was typed."""
    alike = set(difflib.get_close_matches(package, known, n=_CLOSE_SHOWN, cutoff=0.6))
    close = [name for name in known if name in alike]
    close += [name for name in known if package and package in name.split("-")]
    return tuple(dict.fromkeys(close))[:_CLOSE_SHOWN]


def explain_not_locked(package: NormalizedName, app: LockedApp) -> str:
    """`numppy is not in the lock for Android and iOS`."""
    where = describe_platforms(each.platform for each in app.platforms)
    return f"{clean(package)} is not in the lock for {where}"


def suggest_names(package: NormalizedName, app: LockedApp) -> str:
    """What to try instead."""
    close = closest_names(package, app.packages)
    if close:
        return f"did you mean {join_words(map(code, close), 'or')}?"
    return f"see what is in it: {code('flet-lock tree')}"


def notes_on_locks(app: LockedApp) -> Iterator[str]:
    """Locks that are not what the project asks for now."""
    behind = [clean(each.lock_path) for each in app.platforms if each.in_step is False]
    if behind:
        verb = "was" if len(behind) == 1 else "were"
        yield (
            f"{join_words(behind)} {verb} made with other options, or the app has changed: "
            f"see {code('flet-lock check')}"
        )
