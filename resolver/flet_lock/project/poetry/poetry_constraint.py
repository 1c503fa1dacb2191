"""Poetry's version constraints, as PEP 440 specifiers and as markers on the Python version.

Source: Poetry's documentation, "Dependency specification", "Version constraints". Poetry has more
than PEP 440 says: `^`, `~`, bare versions, blanks between constraints, and unions with `||`.
"""

from collections.abc import Collection

from packaging.markers import Marker
from packaging.specifiers import InvalidSpecifier, Specifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from flet_lock.boundary.bounds import REQUIREMENT_LENGTH
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import bounded
from flet_lock.model.facts.generation import POETRY_STAR, POETRY_TILDE
from flet_lock.model.lazy_regex import lazy_regex

_UNION = lazy_regex(r"\s*\|\|?\s*")
_SINGLE = lazy_regex(r"\s*(?P<operator>\^|~=|~|===|==|!=|<>|>=|<=|>|<|=)?\s*(?P<version>[^\s,]+)")
_SEPARATOR = lazy_regex(r"\s*,\s*|\s+|\Z")
_ANY = lazy_regex(r"[*xX](?:\.[*xX])*\Z")
_WILDCARD = lazy_regex(r"v?(?P<prefix>\d+(?:\.\d+)*)(?:\.[*xX])+\Z")
_MOST_EXCLUSIONS = 64
"""A gap of a union that takes more `!=N.*` than this is not worth spelling out."""


class InexpressibleConstraintError(ValueError):
    """A union of ranges that no list of PEP 440 specifiers stands for."""


def parse_constraint(text: str) -> SpecifierSet:
    """The PEP 440 specifiers that mean the same as a Poetry constraint.

    Raises:
        InvalidSpecifier: not a constraint.
        InexpressibleConstraintError: a union that PEP 440 cannot express.
    """
    branches = [_parse_branch(branch) for branch in _branches(text)]
    return branches[0] if len(branches) == 1 else _union(branches)


def is_narrower_in_poetry(text: str) -> bool:
    """Whether flet-cli turns the constraint into a wider one.

    It drops the upper bound of `^1.2`, and reads `~1.2` (below 1.3) as `~=1.2` (below 2).
    """
    return any(
        match["operator"] in {"^", "~"}
        for branch in _UNION.split(text)
        for match in _SINGLE.finditer(branch)
    )


def breaks_build(text: str, broken: Collection[str] = ()) -> bool:
    """Whether flet-cli (1.0.5, `_poetry_version_to_pep440`) makes something of it that pip refuses.

    It takes blanks out and one operator off, so that `>=1 <2` becomes `>=1<2`, and `~1` `~=1`.

    Args:
        text: the constraint.
        broken: `Generation.breaks` of the Flet that builds. Up to 0.84 (`get_poetry_dependencies`)
            `~1.2.3` becomes `~=.2.3`, and `*` and `==1` get another `==` in front.
    """
    plain = text.replace(" ", "")
    is_old = POETRY_TILDE in broken or POETRY_STAR in broken
    if plain in {"", "*"}:
        return is_old
    if plain.startswith("^"):
        plain = f">={plain[1:]}"
    elif is_old and plain.startswith("~"):
        plain = f"~={plain[2:]}"
    elif is_old and plain.startswith("="):
        return True  # `====1` is a specifier, and no version satisfies it
    elif is_old and not {"<", ">"} & {*plain}:
        plain = f"=={plain}"
    elif plain.startswith("~") and not plain.startswith("~="):
        plain = f"~={plain[1:]}"
    elif plain[0].isdigit():
        plain = f"=={plain}"
    try:
        SpecifierSet(plain)
    except InvalidSpecifier:
        return True
    return False


def python_marker(text: str) -> Marker | None:
    """The marker that means `python = text`; None where every Python will do.

    Raises:
        InvalidSpecifier: not a constraint.
    """
    alternatives: list[str] = []
    for branch in _branches(text):
        specifiers = sorted(_parse_branch(branch), key=_marker_order)
        if not specifiers:
            return None
        alternatives.append(" and ".join(_python_comparison(each) for each in specifiers))
    return Marker(" or ".join(alternatives))


def _branches(text: str) -> list[str]:
    """The parts of a union.

    Raises:
        InvalidSpecifier: the text goes beyond a bound.
    """
    try:
        return _UNION.split(bounded(text, longest=REQUIREMENT_LENGTH).strip())
    except RefusedTextError as error:
        raise InvalidSpecifier(str(error)) from error


def _python_comparison(specifier: Specifier) -> str:
    # As poetry-core does: a bound with a patch release is about the full version, others are
    # about the minor ("<=3.12" takes in 3.12.4).
    release = specifier.version.removesuffix(".*")
    minor_precision = 2
    variable = "python_version"
    if specifier.operator == "~=" or len(Version(release).release) > minor_precision:
        variable = "python_full_version"
    return f'{variable} {specifier.operator} "{specifier.version}"'


def _marker_order(specifier: Specifier) -> tuple[int, str]:
    return (0 if specifier.operator in {">=", ">"} else 1, str(specifier))


def _parse_branch(text: str) -> SpecifierSet:
    """Constraints that hold together, separated by commas or blanks."""
    text = text.strip()
    if not text:
        return SpecifierSet()
    parts: list[str] = []
    position = 0
    while position < len(text):
        match = _SINGLE.match(text, position)
        if match is None:
            raise InvalidSpecifier(text)
        parts += _parse_single(match["operator"] or "", match["version"])
        separator = _SEPARATOR.match(text, match.end())
        if separator is None:
            raise InvalidSpecifier(text)
        position = separator.end()
        if "," in separator[0] and position == len(text):
            break  # Poetry allows a trailing comma.
    return SpecifierSet(",".join(parts))


def _parse_single(operator: str, version: str) -> list[str]:
    if _ANY.match(version) and operator in {"", "=", "=="}:
        return []
    wildcard = _WILDCARD.match(version)
    if wildcard is not None and operator in {"", "=", "==", "!=", "<>"}:
        sign = "!=" if operator in {"!=", "<>"} else "=="
        return [f"{sign}{wildcard['prefix']}.*"]
    try:
        parsed = Version(version)
    except InvalidVersion as error:
        raise InvalidSpecifier(operator + version) from error
    if operator == "^":
        return [f">={parsed}", f"<{_caret_limit(parsed)}"]
    if operator == "~":
        return [f">={parsed}", f"<{_tilde_limit(parsed)}"]
    if operator == "<>":
        operator = "!="
    elif operator in {"", "="}:
        operator = "=="
    return [f"{operator}{version}"]


def _caret_limit(version: Version) -> str:
    """The next version that may break: the leftmost part that is not 0 goes up.

    Poetry's table: ^1.2.3 <2, ^0.2.3 <0.3, ^0.0.3 <0.0.4, ^0.0 <0.1, ^0 <1.
    """
    # Poetry compares three parts; a fourth does not move the limit.
    release = version.release[:3]
    position = next((index for index, part in enumerate(release) if part), len(release) - 1)
    return _raised(version, position)


def _tilde_limit(version: Version) -> str:
    """The next minor, or the next major where no minor is given: ~1.2.3 <1.3, ~1.2 <1.3, ~1 <2."""
    return _raised(version, min(1, len(version.release) - 1))


def _raised(version: Version, position: int) -> str:
    parts = [*version.release[:position], version.release[position] + 1]
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(str(part) for part in parts)


def _union(branches: list[SpecifierSet]) -> SpecifierSet:
    # packaging.ranges is needed here only, and takes 8 ms to import.
    from packaging.ranges import VersionRange  # noqa: PLC0415 - see above

    united = VersionRange.empty()
    for branch in branches:
        united = united.union(branch.to_range())
    exact = united.to_specifier_set()
    if exact is not None:
        return exact
    return _hull_with_gaps(branches)


def _hull_with_gaps(branches: list[SpecifierSet]) -> SpecifierSet:
    """`>=1,<2 || >=3,<4` as `>=1,<4,!=2.*`.

    That lets pre-releases of an inner lower bound through (3.0a1), which the union, read to the
    letter, leaves out; only those who ask for pre-releases can see the difference.
    """
    spans = sorted((_span(branch) for branch in branches), key=lambda span: span[0])
    parts = [f">={spans[0][0]}"]
    reached: Version | None = spans[0][1]
    for lower, upper in spans[1:]:
        if reached is None:
            break
        if lower > reached:
            parts += [f"!={each}.*" for each in _families(reached, lower)]
        reached = None if upper is None else max(reached, upper)
    if reached is not None:
        parts.append(f"<{reached}")
    return SpecifierSet(",".join(parts))


def _span(branch: SpecifierSet) -> tuple[Version, Version | None]:
    """Lower bound (included) and upper bound (excluded; None: none) of a plain range."""
    lower, upper = Version("0"), None
    for specifier in branch:
        base = specifier.version.removesuffix(".*")
        if specifier.operator == ">=":
            lower = max(lower, Version(base))
        elif specifier.operator == "<":
            limit = Version(base)
            upper = limit if upper is None else min(upper, limit)
        elif specifier.operator == "==" and specifier.version.endswith(".*"):
            prefix = Version(base)
            lower = max(lower, prefix)
            limit = Version(_raised(prefix, len(prefix.release) - 1))
            upper = limit if upper is None else min(upper, limit)
        else:
            raise InexpressibleConstraintError(str(branch))
    return lower, upper


def _families(start: Version, end: Version) -> list[str]:
    """The fewest release families `N.*` that fill the gap from `start` to before `end`.

    1.5 to 1.7: 1.5, 1.6. From 1.5 to 2 there are endlessly many (1.5, 1.6, …): not expressible.
    """
    depth = max(len(_trimmed(start)), len(_trimmed(end)))
    first = _padded(start, depth)
    last = _padded(end, depth)
    same_family = first[:-1] == last[:-1] and start.epoch == end.epoch
    if not same_family or start != Version(start.base_version) or end != Version(end.base_version):
        raise InexpressibleConstraintError(f"{start} {end}")
    count = last[-1] - first[-1]
    if count > _MOST_EXCLUSIONS:
        raise InexpressibleConstraintError(f"{start} {end}")
    epoch = f"{start.epoch}!" if start.epoch else ""
    prefix = "".join(f"{part}." for part in first[:-1])
    return [f"{epoch}{prefix}{first[-1] + step}" for step in range(count)]


def _trimmed(version: Version) -> tuple[int, ...]:
    release = list(version.release)
    while len(release) > 1 and not release[-1]:
        release.pop()
    return tuple(release)


def _padded(version: Version, depth: int) -> tuple[int, ...]:
    release = _trimmed(version)
    return release + (0,) * (depth - len(release))
