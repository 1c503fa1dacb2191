"""What the names in a blocker tell that no index does: the module meant, the system it is for.

A name that exists and fails may well be the wrong one: PyPI's `logging` is a package of Python 2,
its `sklearn` a stub. So advice goes to whatever blocks, not only to names that are unknown.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

from flet_lock.analysis.advice_table import AdviceTable, shipped_advice
from flet_lock.model.answer.blocker import Blocker, ChainLink, Conflict, PackageNotFound
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.facts.advice import Advice, AdviceKind, FrozenList, NameFact
from flet_lock.model.facts.desktops import DESKTOPS
from flet_lock.model.facts.standard_library import is_standard_module

Exists = Callable[[NormalizedName], bool]
"""Whether an index that the app uses has a package of that name."""

AskedBy = Callable[[Sequence[Requirement]], Collection[NormalizedName]]
"""The packages that the pinned releases of these requirements ask for."""

_CLOSE: Final = 0.8
"""Likeness (0 to 1) of names that may be one another's misspelling: one letter in five."""
_CLOSE_NAMES: Final = 2
_EXPLAIN_WHAT_IS_BELOW: Final = (
    AdviceKind.DESKTOP_ONLY,
    AdviceKind.DEVELOPMENT_TOOL,
    AdviceKind.PART_OF_FLET,
)
_FROZEN_PINS: Final = 8
"""Fewer exact pins are something that people write by hand."""
_FROZEN_SHARE: Final = 0.9
_FROZEN_BELOW: Final = 4
"""Two or three people pin as well, such as numpy beside pandas."""


def advise(blocker: Blocker, exists: Exists) -> Advice | None:
    """What is known of the names in a blocker that tells most; None for most blockers.

    What the app itself asks for counts first, since that is what its author can change; then the
    package that blocks, then whoever asks for it.

    Args:
        blocker: What failed. A conflict is about versions, and no name explains it.
        exists: Is asked before a name is suggested that is only like the one that failed.
    """
    if isinstance(blocker, Conflict):
        return None
    table = shipped_advice()
    above = blocker.chain[:-1]
    found = [
        *(_of_extra(link, table) for link in above),
        *(_of_parent(link.package, table) for link in above[:1]),
        _of_name(blocker.package, blocker, table),
        *(_of_parent(link.package, table) for link in above[1:]),
    ]
    advice = next((each for each in found if each is not None), None)
    # What another package asks for is not misspelt by the app's author.
    if advice is None and isinstance(blocker, PackageNotFound) and not above:
        return _close_name(blocker.package, table, exists)
    return advice


def advise_on(package: NormalizedName) -> Advice | None:
    """What a name tells by itself, whoever asks for it; None for most names."""
    fact = shipped_advice().fact(package)
    if is_standard_module(package) and fact is None:
        return Advice(kind=AdviceKind.STANDARD_LIBRARY, package=package)
    if fact is None:
        return None
    return _advice_of(fact, package, fact.systems)


def frozen_list(requirements: Sequence[ProjectRequirement], asked_by: AskedBy) -> FrozenList | None:
    """Whether the app's list looks like what `pip freeze` prints; None where it does not.

    People pin what they use. A freeze shows itself by pins of what other lines ask for.

    Args:
        requirements: All that the app asks for.
        asked_by: Is asked where most of the list is exact pins.
    """
    pins = [each for each in requirements if _is_exact(each.requirement)]
    if len(pins) < _FROZEN_PINS or len(pins) < _FROZEN_SHARE * len(requirements):
        return None
    asked = asked_by([each.requirement for each in pins])
    below = sum(each.package in asked for each in pins)
    if below < _FROZEN_BELOW:
        return None
    return FrozenList(
        file=pins[0].place.file, pins=len(pins), below=below, requirements=len(requirements)
    )


def _is_exact(requirement: Requirement) -> bool:
    return any(
        clause.operator in ("==", "===") and not clause.version.endswith(".*")
        for clause in requirement.specifier
    )


def _of_extra(link: ChainLink, table: AdviceTable) -> Advice | None:
    known = table.extras.get(link.package)
    if known is None:
        return None
    try:
        asked = Requirement(link.requirement).extras
    except InvalidRequirement:  # a direct reference without the blank that PEP 508 wants
        return None
    extra = next((extra for extra in known if extra in asked), None)
    if extra is None:
        return None
    return Advice(
        kind=AdviceKind.DESKTOP_EXTRA, package=link.package, instead=(link.package,), extra=extra
    )


def _of_name(package: NormalizedName, blocker: Blocker, table: AdviceTable) -> Advice | None:
    fact = table.fact(package)
    # PyPI has packages named as modules of Python's own; nobody who asks for them means those.
    if is_standard_module(package) and (fact is None or fact.kind is AdviceKind.DESKTOP_ONLY):
        systems = tuple(DESKTOPS) if package in table.missing_modules else ()
        return Advice(kind=AdviceKind.STANDARD_LIBRARY, package=package, systems=systems)
    if fact is None:
        return None
    if fact.kind is AdviceKind.OTHER_PLATFORM and blocker.platform.label in fact.systems:
        return None
    return _advice_of(fact, package, fact.systems or _systems_of(fact.instead, table))


def _of_parent(package: NormalizedName, table: AdviceTable) -> Advice | None:
    """What explains that a package asks for something that phones do not have."""
    fact = table.fact(package)
    if fact is None or fact.kind not in _EXPLAIN_WHAT_IS_BELOW:
        return None
    return _advice_of(fact, package, fact.systems)


def _advice_of(fact: NameFact, package: NormalizedName, systems: tuple[str, ...]) -> Advice:
    """What a row of the table tells of a package."""
    return Advice(
        kind=fact.kind,
        package=package,
        instead=fact.instead,
        systems=systems,
        reason=fact.reason if fact.kind is AdviceKind.DESKTOP_ONLY else None,
    )


def _systems_of(names: Sequence[str], table: AdviceTable) -> tuple[str, ...]:
    """Where the packages that a module comes from are for some systems only: those."""
    facts = [table.fact(canonicalize_name(name)) for name in names]
    return next((fact.systems for fact in facts if fact is not None and fact.systems), ())


def _close_name(package: NormalizedName, table: AdviceTable, exists: Exists) -> Advice | None:
    import difflib  # noqa: PLC0415 - only where a name is unknown

    modules = (n for n, fact in table.exact.items() if fact.kind is AdviceKind.OTHER_NAME)
    known = [*table.known, *modules]
    close = difflib.get_close_matches(package, known, n=_CLOSE_NAMES, cutoff=_CLOSE)
    names = dict.fromkeys(name for each in close for name in _meant(each, table))
    there = tuple(name for name in names if exists(name))
    if not there:
        return None
    return Advice(kind=AdviceKind.CLOSE_NAME, package=package, instead=there)


def _meant(name: str, table: AdviceTable) -> tuple[NormalizedName, ...]:
    """The packages that a name stands for: a module's own, else the one of that name."""
    fact = table.fact(canonicalize_name(name))
    if fact is None or fact.kind is not AdviceKind.OTHER_NAME:
        return (canonicalize_name(name),)
    return tuple(canonicalize_name(each) for each in fact.instead)
