"""What names tell, in words: the fact alone. What follows from it is a suggestion."""

from collections.abc import Sequence

from flet_lock.model.facts.advice import Advice, AdviceKind, DesktopReason, FrozenList
from flet_lock.model.facts.desktops import DESKTOPS
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.targets import join_words


def explain_frozen_list(frozen: FrozenList) -> str:
    """A list that `pip freeze` wrote."""
    file = clean(frozen.file)
    return (
        f"{frozen.pins} of the {frozen.requirements} requirements in {file} are exact pins, and "
        f"{frozen.below} of them are what other lines ask for, as in what {code('pip freeze')} "
        "prints: list only what the app imports, and the lock pins the rest"
    )


def explain_advice(advice: Advice) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat table, a row per kind
    """`cv2 goes by another name on indexes: opencv-python`."""
    name = advice.package
    names = join_words(advice.instead, "or")
    match advice.kind:
        case AdviceKind.STANDARD_LIBRARY:
            where = ", on desktops only" if advice.systems else ""
            return f"{name} is part of Python itself{where}"
        case AdviceKind.DROPPED_MODULE:
            return f"{name} is a module that Python no longer has"
        case AdviceKind.OTHER_NAME if advice.systems:
            return f"the module {name} comes from {names}, which is {_made_for(advice.systems)}"
        case AdviceKind.OTHER_NAME:
            return f"{name} goes by another name on indexes"
        case AdviceKind.CLOSE_NAME:
            return f"did you mean {names}?"
        case AdviceKind.OBSOLETE if not advice.instead:
            return f"{name} is a copy of what Python has itself"
        case AdviceKind.OBSOLETE:
            return f"{name} was given up by its authors, for {names}"
        case AdviceKind.INTERPRETER:
            return (
                f"{name} is no package ({code('requires-python')} under {code('[project]')} "
                f"chooses the app's Python)"
            )
        case AdviceKind.SYSTEM_LIBRARY:
            return f"{name} is no Python package (wheels bring such libraries along)"
        case AdviceKind.PART_OF_FLET:
            return "on a phone, flet is all that is needed of Flet"
        case AdviceKind.TWIN:
            return f"{names} is the same code"
        case AdviceKind.DESKTOP_ONLY if advice.reason is DesktopReason.TOOLKIT:
            return f"{name} draws windows of its own, and a Flet app is drawn by Flet"
        case AdviceKind.DESKTOP_ONLY if advice.reason is DesktopReason.SERVER:
            return f"{name} makes servers faster, and they run without it"
        case AdviceKind.DESKTOP_ONLY:
            return f"{name} is {_made_for(advice.systems)}"
        case AdviceKind.DEVELOPMENT_TOOL:
            return f"{name} is a tool for your own machine"
        case AdviceKind.DESKTOP_EXTRA:
            extra = code(f"[{advice.extra}]")
            return f"{extra} of {name} brings what is meant for desktops and servers"
        case AdviceKind.OTHER_PLATFORM:
            return f"on phones, {name} is for {join_words(advice.systems)} only"


def _made_for(systems: Sequence[str]) -> str:
    if DESKTOPS.keys() <= set(systems):
        return "made for desktops"
    names = [DESKTOPS[each].name if each in DESKTOPS else each for each in systems]
    return f"for {join_words(names)} only"
