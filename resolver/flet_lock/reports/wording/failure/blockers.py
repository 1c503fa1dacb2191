"""Why an app cannot be locked: each blocker with its facts and the next step that they suggest.

Where ways out were tried and work, they are the next steps (`ways_out.py`); the hints here say what
the index data promises, no more. What was tried in vain is not promised.
"""

from collections.abc import Iterable, Sequence
from typing import assert_never, cast

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.version import Version

from flet_lock.analysis.moved_bound import requirement_text
from flet_lock.model.app.fix import Fixes
from flet_lock.model.app.requirement import Place
from flet_lock.model.errors import (
    Blocker,
    ChainLink,
    Conflict,
    NoMatchingVersion,
    NoUsableRelease,
    PackageNotFound,
)
from flet_lock.model.index.listing import IndexAnswer, IndexReply
from flet_lock.model.target import Platform, Target
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.failure.advice import explain_with_advice
from flet_lock.reports.wording.failure.fixes import explain_with_ways
from flet_lock.reports.wording.failure.releases import (
    explain_files,
    fails_alike,
    has_broken_files,
    has_other_version,
    is_without_wheel,
    known_targets,
    likeness_of_files,
    merge_platforms,
    suggest_for_release,
)
from flet_lock.reports.wording.failure.sources import explain_source, is_native, is_pure
from flet_lock.reports.wording.lines import at, toml_list, under
from flet_lock.reports.wording.targets import describe_platforms, describe_targets, join_words
from flet_lock.targets.device import marker_leaving_out

AnyBlocker = PackageNotFound | NoMatchingVersion | NoUsableRelease | Conflict

_SIDES_SHOWN = 6


def explain_blockers(
    blockers: Sequence[Blocker], ways_out: Fixes | None = None
) -> tuple[Explanation, ...]:
    """One explanation per problem; what fails alike on Android and on iOS is one problem."""
    ways_out = ways_out or Fixes()
    alike: dict[object, list[Blocker]] = {}
    for blocker in blockers:
        alike.setdefault(_likeness(cast("AnyBlocker", blocker)), []).append(blocker)
    told: set[int] = set()
    explanations = []
    for group in alike.values():
        works = any(group[0].package in way.packages for way in ways_out.ways)
        facts = explain_blocker(group, tried=works or ways_out.complete)
        advised = _least_advised(group)
        explanation = explain_with_ways(
            explain_with_advice(replace(facts, subject=group[0].package), advised),
            group,
            ways_out,
            told,
            names_settle=advised.advice is not None,
        )
        if advised.advice is None:
            explanation = _with_whom_to_ask(explanation, group)
        explanations.append(explanation)
    return tuple(explanations)


def _with_whom_to_ask(explanation: Explanation, group: Sequence[Blocker]) -> Explanation:
    """To do without is a way out that works; a wheel would be a better one."""
    unusable = [each for each in group if isinstance(each, NoUsableRelease)]
    if not unusable:
        return explanation
    blocker = merge_platforms(unusable)
    others = (*_tell_the_index(blocker), *_ask(blocker))
    more = [hint for hint in others if hint not in explanation.hints]
    return replace(explanation, hints=(*explanation.hints, *more))


def _least_advised(group: Sequence[Blocker]) -> Blocker:
    """A name may explain what fails on one platform, and not the other."""
    return next((blocker for blocker in group if blocker.advice is None), group[0])


def explain_blocker(group: Sequence[Blocker], *, tried: bool = False) -> Explanation:
    """A blocker, with those that say the same for the other platform.

    Args:
        group: blockers that are alike.
        tried: What could be changed was tried: what is promised has to be something else.
    """
    blocker = cast("AnyBlocker", group[0])
    platforms = tuple(dict.fromkeys(each.platform for each in group))
    match blocker:
        case PackageNotFound():
            return _not_found(blocker)
        case NoMatchingVersion():
            return _no_matching_version(blocker, platforms)
        case NoUsableRelease():
            unusable = [each for each in group if isinstance(each, NoUsableRelease)]
            return _no_usable_release(unusable, tried=tried)
        case Conflict():
            return _conflict(blocker, platforms)
        case _:
            assert_never(blocker)


def _likeness(blocker: AnyBlocker) -> object:
    match blocker:
        case PackageNotFound():
            return PackageNotFound, blocker.package
        case NoMatchingVersion():
            return NoMatchingVersion, blocker.package, frozenset(map(str, blocker.requirements))
        case NoUsableRelease():
            alike = likeness_of_files(blocker)
            return NoUsableRelease, blocker.package, blocker.matching, alike
        case Conflict():
            asked = frozenset(str(side.requirement) for side in blocker.requirements)
            return Conflict, blocker.package, asked
        case _:
            assert_never(blocker)


def _not_found(blocker: PackageNotFound) -> Explanation:
    asked = join_words(dict.fromkeys(clean(reply.index) for reply in blocker.replies))
    if len(blocker.chain) > 1:
        hint = (
            f"{_asker(blocker.chain)} asks for it; if it lives on an index of your own, add "
            f"{under(toml_list('index', ['NAME=URL']))}"
        )
    else:
        hint = (
            f"check the spelling of {_own_requirement(blocker)}{at(blocker.places)}; if it lives "
            f"on an index of your own, add {under(toml_list('index', ['NAME=URL']))}"
        )
    return Explanation(
        summary=f"{blocker.package} does not exist on {asked or 'any index that was asked'}",
        details=(_asked_for_by(blocker),),
        hints=(hint,),
        place=_first_place(blocker),
        exit_code=1,
    )


def _no_matching_version(blocker: NoMatchingVersion, platforms: Sequence[Platform]) -> Explanation:
    wanted = _join_requirements(blocker.requirements)
    name = blocker.package
    where = _found_on(blocker.replies)
    if blocker.newest is None:
        return Explanation(
            summary=f"{name} is on {where}, but without a single file",
            details=(_asked_for_by(blocker),),
            hints=(_do_without(blocker, platforms),),
            place=_first_place(blocker),
            exit_code=1,
        )
    if blocker.newest.is_prerelease and all(
        requirement.specifier.contains(blocker.newest, prereleases=True)
        for requirement in blocker.requirements
    ):
        return Explanation(
            summary=f"only pre-releases of {name} fit {wanted} (newest: {blocker.newest})",
            details=(_asked_for_by(blocker),),
            hints=(f"to take them, add {under(toml_list('prereleases', [name]))}",),
            place=_first_place(blocker),
            exit_code=1,
        )
    return Explanation(
        summary=f"no version of {name} fits {wanted}: the newest on {where} is {blocker.newest}",
        details=(_asked_for_by(blocker),),
        hints=(_move_bound(blocker, blocker.newest),),
        place=_first_place(blocker),
        exit_code=1,
    )


def _no_usable_release(group: Sequence[NoUsableRelease], *, tried: bool) -> Explanation:
    blocker = merge_platforms(group)
    summary = _summarise_release(blocker, blocker.targets)
    details = [_asked_for_by(blocker), *explain_files(blocker).splitlines()]
    if blocker.matching and blocker.newest > blocker.matching[0]:
        wanted = _join_requirements(blocker.requirements)
        details.append(f"newest of all: {blocker.newest}, which {wanted} leaves out")
    if blocker.source is not None:
        details.append(explain_source(blocker.source))
    platforms = tuple(dict.fromkeys(each.platform for each in group))
    hints = [*suggest_for_release(blocker, tried=tried), *_tell_the_index(blocker)]
    if not tried:
        hints.append(_do_without(blocker, platforms))
    hints += _ask(blocker)
    return Explanation(
        summary=summary,
        details=tuple(details),
        hints=tuple(hints),
        place=_first_place(blocker),
        exit_code=1,
    )


def _tell_the_index(blocker: NoUsableRelease) -> tuple[str, ...]:
    if not has_broken_files(blocker):
        return ()
    where = _found_on(blocker.replies)
    return (f"the file is broken where it lies: tell whoever runs {where}, or pin another version",)


def _ask(blocker: NoUsableRelease) -> tuple[str, ...]:
    """For a wheel: nobody builds one of a pure package, or of what a later release has replaced."""
    if not is_without_wheel(blocker) or is_pure(blocker.source) or has_other_version(blocker):
        return ()
    why = "it has to be compiled for phones: " if is_native(blocker.source) else "or "
    return (f"{why}ask for a wheel: {code(f'flet-lock request {blocker.package}')}",)


def _summarise_release(blocker: NoUsableRelease, targets: Sequence[Target]) -> str:
    name, others = blocker.package, len(blocker.matching) - 1
    where = describe_targets(targets, every="any")
    head = f"{name} {blocker.matching[0]}" if blocker.matching else name
    without = is_without_wheel(blocker)
    if others > 0 and not fails_alike(blocker):
        everywhere = describe_targets(known_targets(blocker))
        what = f"has wheels for {everywhere}" if without else f"can be used on {everywhere}"
        return f"no version of {name} that fits {what} (newest: {blocker.matching[0]})"
    summary = f"{head} has no wheel for {where}" if without else f"{head} cannot be used on {where}"
    if others == 1:
        return (
            f"{summary}, nor {'has' if without else 'can'} {blocker.matching[1]}, which also fits"
        )
    if others > 1:
        return f"{summary}, nor {'has' if without else 'can'} any of {others} older ones that fit"
    return summary


def _conflict(blocker: Conflict, platforms: Sequence[Platform]) -> Explanation:
    sides = list(dict.fromkeys(_side(*side) for side in _sides(blocker)))
    name = blocker.package
    if len(sides) == 2:  # noqa: PLR2004 - a clash of two is told in one sentence
        summary = f"{sides[0]}, but {sides[1]}"
        details: list[str] = []
    else:
        summary = f"the requirements on {name} cannot hold together ({len(sides)} of them)"
        details = sides[:_SIDES_SHOWN]
        if len(sides) > _SIDES_SHOWN:
            details.append(f"and {len(sides) - _SIDES_SHOWN} more")
    chains = [
        f"through: {_chain_words(side.chain)}"
        for side in blocker.requirements
        if len(side.chain) > 2  # noqa: PLR2004 - shorter ones are in the sentence already
    ]
    details += dict.fromkeys(chains)
    if blocker.own and any(side.required_by is not None for side in blocker.requirements):
        own_words = join_words(code(_plain(each)) for each in blocker.own)
        details.append(f"your app asks for {own_words}: no releases that fit agree on {name}")
    if len(platforms) == 1:
        details.append(f"on {describe_targets(blocker.targets)}")
    own = next(
        (side.requirement for side in blocker.requirements if side.required_by is None), None
    )
    if own is not None:
        step = f"loosen {code(str(own))}{at(blocker.places)}"
    else:
        direct = dict.fromkeys(
            side.chain[0].requirement for side in blocker.requirements if side.chain
        )
        step = f"move {join_words(map(code, direct), 'or')}{at(blocker.places)}"
    return Explanation(
        summary=summary,
        details=tuple(details),
        hints=(
            (
                f"{step}; or, if you know that one version works with all of them, set it: "
                f"{under(toml_list('overrides', [f'{name}==VERSION']))}"
            ),
        ),
        place=_first_place(blocker),
        exit_code=1,
    )


def _sides(blocker: Conflict) -> Iterable[tuple[Requirement, ChainLink | None]]:
    return ((side.requirement, side.required_by) for side in blocker.requirements)


def _side(requirement: Requirement, required_by: ChainLink | None) -> str:
    if required_by is None:
        return f"your app asks for {code(_plain(requirement))}"
    return f"{_release(required_by)} needs {code(_plain(requirement))}"


def _plain(requirement: Requirement) -> str:
    """A requirement with its lower bounds first, as people write it."""
    return clean(str(requirement) if requirement.url else requirement_text(requirement))


def _release(link: ChainLink) -> str:
    return f"{link.package}" if link.version is None else f"{link.package} {link.version}"


def _asker(chain: Sequence[ChainLink]) -> str:
    return _release(chain[-2])


def _chain_words(chain: Sequence[ChainLink]) -> str:
    steps = [_release(link) for link in chain[:-1]]
    return " → ".join(["your app", *steps, clean(chain[-1].requirement)])


def _asked_for_by(blocker: Blocker) -> str:
    if not blocker.chain:
        return f"asked for by: your app{at(blocker.places)}"
    if len(blocker.chain) == 1:
        return f"asked for by: your app, {code(blocker.chain[0].requirement)}{at(blocker.places)}"
    more = len(blocker.places) - 1
    others = f" (and {more} more of your requirements)" if more > 0 else ""
    return f"asked for by: {_chain_words(blocker.chain)}{others}"


def _own_requirement(blocker: Blocker) -> str:
    return code(blocker.chain[0].requirement if blocker.chain else blocker.package)


def _first_place(blocker: Blocker) -> Place | None:
    return blocker.places[0] if blocker.places else None


def _found_on(replies: Sequence[IndexReply]) -> str:
    found = [clean(reply.index) for reply in replies if reply.answer is IndexAnswer.FOUND]
    return join_words(dict.fromkeys(found)) or "the indexes"


def _join_requirements(requirements: Sequence[Requirement]) -> str:
    texts = dict.fromkeys(str(each.specifier) or each.name for each in requirements)
    return join_words(code(text) for text in texts) or "what is asked for"


def _move_bound(blocker: Blocker, version: Version) -> str:
    if len(blocker.chain) > 1:
        return (
            f"{_asker(blocker.chain)} asks for it: try another version of "
            f"{blocker.chain[-2].package}, or add "
            f"{under(toml_list('overrides', [f'{blocker.package}=={version}']))}"
        )
    return (
        f"write {code(f'{blocker.package}<={version}')} instead of {_own_requirement(blocker)}"
        f"{at(blocker.places)}"
    )


def _do_without(blocker: Blocker, platforms: Sequence[Platform]) -> str:
    """The app's own requirement with a marker that leaves it out where it cannot be had."""
    own = clean(blocker.chain[0].requirement if blocker.chain else str(blocker.package))
    name = blocker.chain[0].package if blocker.chain else blocker.package
    marker = marker_leaving_out(platforms)
    line = code(f"{own.partition(';')[0].strip()}; {marker}")
    where = describe_platforms(platforms)
    return f"if the app can do without {name} on {where}: write {line}{at(blocker.places)}"


def describe_blocked_platforms(blockers: Iterable[Blocker]) -> str:
    """`Android and iOS`."""
    return describe_platforms(blocker.platform for blocker in blockers)
