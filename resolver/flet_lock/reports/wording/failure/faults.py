"""What is wrong at a place of the user's files."""

import difflib
from typing import assert_never

from flet_lock.model.app.fault import Fault, FaultKind
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, clip, code
from flet_lock.reports.wording.lines import toml_list
from flet_lock.reports.wording.targets import join_words

# Characters that take no room (Unicode's category Cf, as far as people's files have them), and the
# blank that looks like any other.
_UNSEEN = lazy_regex(r"[\xa0\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_A_REQUIREMENT = frozenset(
    {FaultKind.BAD_SPECIFIER, FaultKind.UNKNOWN_OPTION, FaultKind.BAD_VALUE}
)
_CHOICES_SHOWN = 12
_CONDITION = "tzdata; platform_system == 'Android'"


def explain_fault(fault: Fault) -> Explanation:
    """The place, what stands there, what is wrong with it, and what would be accepted."""
    place = clean(str(fault.place))
    return Explanation(
        summary=f"{place}: {_what_is_wrong(fault)}",
        subject=place,
        # What a parser stumbled over says less than the line that is right.
        details=(clip(fault.detail, 200),) if fault.detail and fault.instead is None else (),
        hints=(_next_step(fault),),
        place=fault.place,
    )


def did_you_mean(value: str, choices: tuple[str, ...]) -> str:
    """The closest of the choices; `""` where none is close."""
    folded = {choice.casefold(): choice for choice in choices}
    close = difflib.get_close_matches(value.casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else ""


def list_choices(value: str, choices: tuple[str, ...]) -> str:
    """`did you mean X?`, or what there is to choose from; `""` without choices."""
    close = did_you_mean(value, choices)
    if close and close != value:
        return f"did you mean {code(close)}?"
    if not choices:
        return ""
    shown = [code(choice) for choice in choices[:_CHOICES_SHOWN]]
    return f"choose from {join_words(shown, 'or')}"


def _what_is_wrong(fault: Fault) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat table, a row per kind
    value = code(clip(fault.value, 80))
    unseen = _UNSEEN.search(fault.value)
    if fault.instead is not None and unseen is not None:
        return f"there is an invisible character (U+{ord(unseen[0]):04X}) in {value}"
    if fault.instead is not None and fault.kind in _NOT_A_REQUIREMENT:
        return f"{value} is not a requirement"
    match fault.kind:
        case FaultKind.UNREADABLE:
            return f"{value} cannot be read"
        case FaultKind.BAD_TOML:
            return "this is not valid TOML"
        case FaultKind.WRONG_TYPE:
            return f"{value} has the wrong type"
        case FaultKind.BAD_REQUIREMENT:
            return f"{value} is not a requirement"
        case FaultKind.BAD_SPECIFIER:
            return f"{value} is not a version range"
        case FaultKind.BAD_MARKER:
            return f"the condition in {value} cannot be read"
        case FaultKind.UNKNOWN_OPTION:
            return f"the option {value} is not known here"
        case FaultKind.UNKNOWN_KEY:
            return f"there is no setting {value}"
        case FaultKind.BAD_VALUE:
            return f"{value} cannot be used here"
        case FaultKind.MISSING_FILE:
            return f"{value} does not exist"
        case FaultKind.CYCLE:
            return f"{value} includes itself"
        case FaultKind.UNKNOWN_ARCH:
            return f"Flet builds for no architecture named {value}"
        case FaultKind.UNKNOWN_GROUP:
            return f"there is no dependency group {value}"
        case FaultKind.UNKNOWN_EXTRA:
            return f"the app has no extra {value}"
        case FaultKind.UNSUPPORTED:
            return f"{value} cannot be used in a phone build"
        case FaultKind.BYTE_ORDER_MARK:
            return f"{value} begins with an invisible character, a byte order mark"
        case FaultKind.VERSION_FOR_LOCATION:
            return f"{value} is a version, and a folder or an address is wanted here"
        case _:
            assert_never(fault.kind)


def _next_step(fault: Fault) -> str:
    if fault.instead is not None:
        return _what_to_write(fault, fault.instead)
    choices = list_choices(fault.value, fault.choices)
    return choices or _ways_to_mend(fault)


def _what_to_write(fault: Fault, instead: tuple[str, ...]) -> str:
    if not instead:
        return "delete the line: it asks for nothing" if fault.place.line else "delete it"
    lines = join_words([code(line) for line in instead])
    if fault.kind is FaultKind.VERSION_FOR_LOCATION:
        return f"delete it, and write {lines} in {code('[project].dependencies')}"
    return f"write {lines}" + (", each on a line of its own" if len(instead) > 1 else "")


def _ways_to_mend(fault: Fault) -> str:  # noqa: C901, PLR0911, PLR0912 - one flat table, a row per kind
    value = code(clip(fault.value, 80))
    match fault.kind:
        case FaultKind.UNREADABLE:
            return f"check that {code(fault.place.file)} is a UTF-8 text file that you may read"
        case FaultKind.BAD_TOML:
            return (
                f"mend {code(fault.place.file)} there: a quote, bracket or comma is often missing"
            )
        case FaultKind.WRONG_TYPE:
            return _right_type(fault)
        case FaultKind.BAD_REQUIREMENT:
            return f"write it like {code('numpy>=2,<3')} or {code('name[extra]>=1.0')}"
        case FaultKind.BAD_SPECIFIER:
            return f"write it like {code('>=3.12')} or {code('>=2,<3')}"
        case FaultKind.BAD_MARKER:
            return f"write it like {code(_CONDITION)}"
        case FaultKind.UNKNOWN_OPTION:
            return f"delete {value} from {code(fault.place.file)}, or move it to the command line"
        case FaultKind.UNKNOWN_KEY:
            return f"delete it, or see {code('flet-lock --help')}: keys are named as the options"
        case FaultKind.BAD_VALUE:
            return f"see {code('flet-lock lock --help')} for what this setting takes"
        case FaultKind.MISSING_FILE:
            return f"create {value}, or delete the line that names it"
        case FaultKind.CYCLE:
            return f"delete one of the lines that include {value}"
        case FaultKind.UNKNOWN_ARCH:
            return f"choose from {join_words(map(code, SLICES_BY_NAME))}"
        case FaultKind.UNKNOWN_GROUP:
            return f"define it under {code('[dependency-groups]')}, or leave {value} out"
        case FaultKind.UNKNOWN_EXTRA:
            return f"define it under {code('[project.optional-dependencies]')}, or leave it out"
        case FaultKind.UNSUPPORTED:
            return f"replace {value} by a package from an index, such as {code('name>=1.0')}"
        case FaultKind.BYTE_ORDER_MARK:
            return f"save {code(fault.place.file)} as plain UTF-8, without a byte order mark"
        case FaultKind.VERSION_FOR_LOCATION:
            return f"delete {value}, or write the folder or address of the package"
        case _:
            assert_never(fault.kind)


def _right_type(fault: Fault) -> str:
    if any("dependencies" in str(step) for step in fault.place.path):
        return f"write a list of texts: {code(toml_list('dependencies', ['flet', 'httpx>=0.28']))}"
    return f"see {code('flet-lock lock --help')} for what this setting takes"
