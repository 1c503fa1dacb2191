"""A requirement's bounds, moved no further than it takes to let a version in."""

from collections.abc import Collection, Sequence

from packaging.requirements import Requirement
from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version

from flet_lock.model.app.fix import Move

_ORDER = ("===", "==", "~=", ">=", ">", "!=", "<=", "<")


def moved_bounds(specifier: SpecifierSet, versions: Collection[Version]) -> str:
    """The specifier with which all of some versions are in, as much of it kept as they allow.

    A lower bound moves down to the oldest of them; an upper bound moves up to what follows the
    newest, in the bound's own precision: `<2` becomes `<3` for 2.2.2, `<2.14` becomes `<2.26` for
    2.25.1. An exact pin becomes another one, or a range where there are several versions.

    Args:
        specifier: as it is.
        versions: at least one.

    Returns:
        PEP 440 text, lower bounds first; `""` where nothing is left to say.
    """
    oldest, newest = min(versions), max(versions)
    clauses: list[str] = []
    for clause in _in_order(specifier):
        if all(clause.contains(version, prereleases=True) for version in versions):
            clauses.append(str(clause))
        else:
            clauses += _moved(clause, oldest, newest)
    return ",".join(dict.fromkeys(clauses))


def opened_bounds(specifier: SpecifierSet, move: Move) -> str | None:
    """The specifier without the bounds that keep out newer, or older, versions.

    An exact pin `==1.4` becomes `>=1.4` upwards, and `<=1.4` downwards.

    Returns:
        PEP 440 text; None where nothing keeps such versions out.
    """
    if move is Move.ANY:
        return ""
    kept: list[str] = []
    is_opened = False
    for clause in _in_order(specifier):
        upper = clause.operator in ("<", "<=")
        lower = clause.operator in (">", ">=")
        if clause.operator == "!=" or (upper if move is Move.DOWN else lower):
            kept.append(str(clause))
            continue
        is_opened = True
        if not upper and not lower:
            bound = clause.version.removesuffix(".*")
            kept.append(f"{'>=' if move is Move.UP else '<='}{Version(bound).public}")
    return ",".join(kept) if is_opened else None


def requirement_text(
    requirement: Requirement,
    *,
    specifier: str | None = None,
    condition: str = "",
    name: str | None = None,
    extras: Collection[str] | None = None,
) -> str:
    """A requirement as people write it, in part another one.

    Args:
        requirement: without a URL.
        specifier: None: as it is.
        condition: a marker that has to hold besides its own.
        name: None: as it is.
        extras: None: as they are.
    """
    kept = requirement.extras if extras is None else extras
    bracketed = f"[{','.join(sorted(kept))}]" if kept else ""
    bounds = written(requirement.specifier) if specifier is None else specifier
    own = "" if requirement.marker is None else _plain_quotes(str(requirement.marker))
    conditions = [each for each in (own, condition) if each]
    if len(conditions) > 1:
        conditions = [f"({each})" if " or " in each else each for each in conditions]
    marker = " and ".join(conditions)
    return f"{name or requirement.name}{bracketed}{bounds}{f'; {marker}' if marker else ''}"


def written(specifier: SpecifierSet) -> str:
    """A specifier with its lower bounds first: `>=1,<2`."""
    return ",".join(str(clause) for clause in _in_order(specifier))


def _in_order(specifier: SpecifierSet) -> Sequence[Specifier]:
    return sorted(specifier, key=lambda clause: (_ORDER.index(clause.operator), str(clause)))


def _moved(clause: Specifier, oldest: Version, newest: Version) -> list[str]:
    operator, bound = clause.operator, clause.version
    if operator in ("==", "===") and not bound.endswith(".*"):
        return [f"=={newest}"] if oldest == newest else [f">={oldest}", f"<={newest}"]
    if operator == "!=":
        return []
    precision = len(Version(bound.removesuffix(".*")).release)
    if operator == "<":
        return [f"<{_after(newest, precision)}"]
    if operator == "<=":
        return [f"<={newest}"]
    if operator in (">", ">="):
        return [f">={oldest}"]
    # `~=1.4.2` and `==1.4.*` are both a lower and an upper bound.
    kept = precision - 1 if operator == "~=" else precision
    return [f">={oldest}", f"<{_after(newest, max(kept, 1))}"]


def _after(version: Version, precision: int) -> str:
    """The first version that a bound of some numbers can name beyond a version."""
    release = (*version.release, *[0] * precision)[:precision]
    text = ".".join(map(str, (*release[:-1], release[-1] + 1)))
    return f"{version.epoch}!{text}" if version.epoch else text


def _plain_quotes(marker: str) -> str:
    """TOML strings stand in double quotes: single ones inside need no escape."""
    return marker if "'" in marker else marker.replace('"', "'")
