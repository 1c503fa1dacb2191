"""Names, versions, specifiers and requirements (PEP 508) out of text, with bounds.

`packaging` reads numbers of any length until Python refuses them, at moments that differ; it
descends once per parenthesis of a marker. Here both end in one error.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidName, NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from flet_lock.boundary.bounds import (
    DIGITS,
    EXTRAS,
    NAME_LENGTH,
    NESTING,
    REQUIREMENT_LENGTH,
    VERSION_LENGTH,
)
from flet_lock.boundary.plain_text import plain_text
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.model.lazy_regex import lazy_regex

_T = TypeVar("_T")
_TOO_MANY_DIGITS = lazy_regex(rf"\d{{{DIGITS + 1}}}")
_ERRORS: Final = (
    InvalidMarker,
    InvalidRequirement,
    InvalidSpecifier,
    InvalidVersion,
    InvalidName,
)


def parse_name(text: str) -> NormalizedName:
    """A package's name, normalized.

    Raises:
        RefusedTextError: it is none, or too long.
    """
    plain_text(text, longest=NAME_LENGTH)
    return _parsed(lambda one: canonicalize_name(one, validate=True), text)


def parse_version(text: str) -> Version:
    """A version (PEP 440).

    Raises:
        RefusedTextError: it is none, or too long.
    """
    return _parsed(Version, bounded(text, longest=VERSION_LENGTH))


def parse_specifier(text: str) -> SpecifierSet:
    """A set of specifiers (PEP 440).

    Raises:
        RefusedTextError: it is none, or too long.
    """
    return _parsed(SpecifierSet, bounded(text, longest=REQUIREMENT_LENGTH))


def parse_marker(text: str) -> Marker:
    """A marker (PEP 508).

    Raises:
        RefusedTextError: it is none, too long or nested too deeply.
    """
    return _parsed(Marker, bounded(text, longest=REQUIREMENT_LENGTH))


def parse_pep508(text: str) -> Requirement:
    """A requirement (PEP 508).

    Raises:
        RefusedTextError: it goes beyond a bound.
        InvalidRequirement: it is within them, but no requirement.
    """
    bounded(text, longest=REQUIREMENT_LENGTH)
    try:
        requirement = Requirement(text)
    except (RecursionError, OverflowError) as error:
        raise RefusedTextError("nested too deeply") from error
    if len(requirement.name) > NAME_LENGTH:
        raise RefusedTextError(f"a name longer than {NAME_LENGTH} characters")
    if len(requirement.extras) > EXTRAS:
        raise RefusedTextError(f"more than {EXTRAS} extras")
    return requirement


def bounded(text: str, *, longest: int) -> str:
    """The text itself.

    Args:
        text: what `packaging` is to read.
        longest: characters that it may have.

    Raises:
        RefusedTextError: it is longer, holds a control character or a number of too many digits,
            or its parentheses are nested too deeply.
    """
    # A tab is white space in PEP 508.
    plain_text(text.replace("\t", " "), longest=longest)
    if _TOO_MANY_DIGITS.search(text) is not None:
        raise RefusedTextError(f"a number of more than {DIGITS} digits")
    if text.count("(") > NESTING and _depth(text) > NESTING:
        raise RefusedTextError("nested too deeply")
    return text


def _depth(text: str) -> int:
    depth = deepest = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest


def _parsed(parse: Callable[[str], _T], text: str) -> _T:
    try:
        return parse(text)
    except _ERRORS as error:
        # The first line says what was expected where; further ones draw an arrow.
        raise RefusedTextError(str(error).partition("\n")[0]) from error
    except (RecursionError, OverflowError) as error:
        raise RefusedTextError("nested too deeply") from error
