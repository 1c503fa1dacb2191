"""What names tell, in words: next steps that come before any other."""

from collections.abc import Sequence

from msgspec.structs import replace
from packaging.utils import NormalizedName

from flet_lock.model.errors import Blocker
from flet_lock.model.facts.advice import Advice, AdviceKind, FrozenList
from flet_lock.model.target import Platform
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.lines import at, describe_place
from flet_lock.reports.wording.targets import join_words
from flet_lock.targets.device import marker_leaving_out

_SYSTEM_NAMES = {"Darwin": "macOS"}
_DESKTOPS = frozenset({"Darwin", "Linux", "Windows"})


def explain_with_advice(explanation: Explanation, blocker: Blocker) -> Explanation:
    """The explanation of a blocker, led by what its names tell.

    What was said to do goes, where the name settles it: nobody should ask for a wheel of a module
    that Python has. A guess at a name stands beside the rest.
    """
    if blocker.advice is None:
        return explanation
    hint = _hint(blocker.advice, blocker)
    guessed = blocker.advice.kind is AdviceKind.CLOSE_NAME
    return replace(explanation, hints=(hint, *explanation.hints) if guessed else (hint,))


def explain_frozen_list(frozen: FrozenList) -> str:
    """A list that `pip freeze` wrote."""
    file = clean(frozen.file)
    return (
        f"{frozen.pins} of the {frozen.requirements} requirements in {file} are exact pins, as "
        f"{code('pip freeze')} prints what is on one desktop: list only what the app imports, "
        "and the lock pins the rest"
    )


def _hint(advice: Advice, blocker: Blocker) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat table, a row per kind
    name, own = advice.package, _own(blocker)
    match advice.kind:
        case AdviceKind.STANDARD_LIBRARY:
            where = ", on desktops only" if advice.systems else ""
            return f"{name} is part of Python itself{where}: {_drop(advice, blocker)}"
        case AdviceKind.DROPPED_MODULE:
            return f"{name} is a module that Python no longer has: {_instead(advice, blocker)}"
        case AdviceKind.OTHER_NAME if advice.systems:
            what = f"the module {name} comes from {join_words(advice.instead, 'or')}"
            return f"{what}, which is {_made_for(advice.systems)}: {_on_systems(advice, blocker)}"
        case AdviceKind.OTHER_NAME:
            return f"{name} goes by another name on indexes: {_instead(advice, blocker)}"
        case AdviceKind.CLOSE_NAME:
            names = join_words(map(code, advice.instead), "or")
            return f"did you mean {names}? change {own}{at(blocker.places)}"
        case AdviceKind.OBSOLETE if not advice.instead:
            return f"{name} is a copy of what Python has itself: {_drop(advice, blocker)}"
        case AdviceKind.OBSOLETE:
            return f"{name} was given up by its authors: {_instead(advice, blocker)}"
        case AdviceKind.PART_OF_FLET:
            return f"on a phone, flet is all that is needed of Flet: {_instead(advice, blocker)}"
        case AdviceKind.TWIN:
            return f"the same code has wheels under another name: {_instead(advice, blocker)}"
        case AdviceKind.DESKTOP_ONLY:
            return f"{name} is {_made_for(advice.systems)}: {_on_systems(advice, blocker)}"
        case AdviceKind.DEVELOPMENT_TOOL:
            return f"{name} is a tool for your own machine: {_as_a_tool(advice, blocker)}"
        case AdviceKind.DESKTOP_EXTRA:
            return (
                f"{code(f'[{advice.extra}]')} brings what is meant for desktops and servers: write "
                f"{code(_without_extra(blocker, advice))} instead of {own}{at(blocker.places)}"
            )
        case AdviceKind.OTHER_PLATFORM:
            only = join_words(advice.systems)
            return f"on phones, {name} is for {only} only: {_on_systems(advice, blocker)}"


def _made_for(systems: Sequence[str]) -> str:
    if _DESKTOPS.issubset(systems):
        return "made for desktops"
    return f"for {join_words(_SYSTEM_NAMES.get(each, each) for each in systems)} only"


def _own(blocker: Blocker) -> str:
    return code(_own_text(blocker))


def _own_text(blocker: Blocker) -> str:
    text = blocker.chain[0].requirement if blocker.chain else str(blocker.package)
    return clean(text).partition(";")[0].strip()


def _is_direct(advice: Advice, blocker: Blocker) -> bool:
    """Whether the app itself asks for what the advice is about."""
    return len(blocker.chain) < 2 or blocker.chain[0].package == advice.package  # noqa: PLR2004 - the app, then the package


def _asker(advice: Advice, blocker: Blocker) -> NormalizedName:
    """Who asks for what the advice is about; not the app."""
    names = [link.package for link in blocker.chain]
    return names[names.index(advice.package) - 1]


def _delete(blocker: Blocker) -> str:
    return f"delete {_own(blocker)}{at(blocker.places)}"


def _drop(advice: Advice, blocker: Blocker) -> str:
    if _is_direct(advice, blocker):
        return _delete(blocker)
    asker = _asker(advice, blocker)
    return f"{asker} should not ask for it; see whether another version of {asker} does not"


def _instead(advice: Advice, blocker: Blocker) -> str:
    if not advice.instead:
        return _drop(advice, blocker)
    names = join_words(map(code, advice.instead), "or")
    if _is_direct(advice, blocker):
        return f"write {names} instead of {_own(blocker)}{at(blocker.places)}"
    return (
        f"{_asker(advice, blocker)} should ask for {names}; see whether another version of it does"
    )


def _on_systems(advice: Advice, blocker: Blocker) -> str:
    """The app's own requirement, kept where it belongs."""
    own = _own_text(blocker)
    if advice.kind is AdviceKind.OTHER_NAME:
        own = advice.instead[0]
    if advice.kind is AdviceKind.OTHER_PLATFORM:
        # Not `== 'Android'`: on a desktop, where the app is written, it may be needed as well.
        marker = marker_leaving_out([blocker.platform])
    elif _DESKTOPS.issubset(advice.systems):
        marker = marker_leaving_out(Platform)
    else:
        marker = " or ".join(f"platform_system == '{system}'" for system in advice.systems)
    kept = f"write {code(f'{own}; {marker}')}{at(blocker.places)}"
    if _is_direct(advice, blocker):
        return kept
    where = "on phones" if _DESKTOPS.issubset(advice.systems) else "elsewhere"
    return f"the app has to do without {blocker.chain[0].package} {where}: {kept}"


def _as_a_tool(advice: Advice, blocker: Blocker) -> str:
    if not _is_direct(advice, blocker):
        return f"the app has to do without {blocker.chain[0].package}: {_delete(blocker)}"
    if blocker.places and blocker.places[0].file == "pyproject.toml":
        group = f'dev = ["{_own_text(blocker)}"]'
        return (
            f"move it from {describe_place(blocker.places[0])} to {code(group)} under "
            f"{code('[dependency-groups]')}"
        )
    return _delete(blocker)


def _without_extra(blocker: Blocker, advice: Advice) -> str:
    name, bracket, rest = _own_text(blocker).partition("[")
    extras, _, specifier = rest.partition("]")
    kept = [each.strip() for each in extras.split(",") if each.strip() != advice.extra]
    return f"{name}[{','.join(kept)}]{specifier}" if bracket and kept else f"{name}{specifier}"
