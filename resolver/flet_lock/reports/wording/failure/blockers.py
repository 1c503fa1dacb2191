"""Why an app cannot be locked: each blocker with its facts and the next step that they suggest.

What to change in the app are the refusal's suggestions (`fixes.py`); the hints that are worded here
are what nobody can try for the user.
"""

from collections.abc import Iterable, Sequence
from typing import assert_never

from msgspec.structs import replace
from packaging.requirements import Requirement

from flet_lock.analysis.moved_bound import requirement_text
from flet_lock.analysis.problems import usable_everywhere
from flet_lock.model.answer.blocker import (
    Blocker,
    ChainLink,
    Conflict,
    NoMatchingVersion,
    NoUsableRelease,
    PackageNotFound,
)
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.app.fix import SuggestionState
from flet_lock.model.app.requirement import Place
from flet_lock.model.app.settings import FLET
from flet_lock.model.facts.advice import AdviceKind
from flet_lock.model.index.listing import IndexAnswer, IndexReply
from flet_lock.model.target import Platform, Target
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.failure.advice import explain_advice
from flet_lock.reports.wording.failure.fixes import (
    explain_same,
    explain_suggestion,
    is_by_name,
    right_names,
    shown_suggestions,
)
from flet_lock.reports.wording.failure.releases import (
    explain_acceptance,
    explain_files,
    fails_alike,
    has_broken_files,
    is_without_wheel,
    known_targets,
    likeness_of_files,
    merge_platforms,
    nearest_coverage,
)
from flet_lock.reports.wording.failure.sources import explain_source, is_native, is_pure
from flet_lock.reports.wording.lines import at, toml_list, under
from flet_lock.reports.wording.targets import describe_platforms, describe_targets, join_words

_SIDES_SHOWN = 6


def explain_blockers(refusal: Refusal) -> tuple[Explanation, ...]:
    """One explanation per problem; what fails alike on Android and on iOS is one problem."""
    alike: dict[object, list[Blocker]] = {}
    for blocker in refusal.blockers:
        alike.setdefault(_likeness(blocker), []).append(blocker)
    shown: set[int] = set()
    return tuple(_with_suggestions(group, refusal, shown) for group in alike.values())


def _with_suggestions(group: Sequence[Blocker], refusal: Refusal, shown: set[int]) -> Explanation:
    """A problem, what the names tell of it, its suggestions, and what else can be done.

    Args:
        group: blockers that are alike.
        refusal: has all suggestions.
        shown: numbers of suggestions that an earlier problem has; those of this one are added.
    """
    facts = explain_blocker(group)
    package = group[0].package
    # A name may explain what fails on one platform, and not the other.
    advice = next((None for each in group if each.advice is None), group[0].advice)
    suggestions = shown_suggestions(refusal, package)
    if not suggestions and advice is not None and advice.kind is not AdviceKind.TWIN:
        suggestions = right_names(refusal, package)
    lead = "" if advice is None else explain_advice(advice)
    hints = [
        explain_same(each)
        if each.number in shown
        else explain_suggestion(each, group[0], lead=lead if is_by_name(each) else "")
        for each in suggestions
    ]
    shown.update(each.number for each in suggestions)
    details = facts.details
    if lead and not any(is_by_name(each) for each in suggestions):
        details = (*details, lead)
    if advice is None or advice.kind is AdviceKind.CLOSE_NAME:
        works = any(each.state is SuggestionState.WORKS for each in suggestions)
        hints += facts.hints if not works or isinstance(group[0], NoUsableRelease) else ()
    if not hints:
        wheels = code(f"flet-lock wheels {package}")
        hints = [f"no change that was tried helps; see what there is for phones: {wheels}"]
    return replace(facts, subject=package, details=details, hints=tuple(hints))


def explain_blocker(group: Sequence[Blocker]) -> Explanation:
    """A blocker, with those that say the same for the other platform.

    Its hints are what nobody can try for the user: whether to trust a file, whom to ask.
    """
    blocker = group[0]
    platforms = tuple(dict.fromkeys(each.platform for each in group))
    match blocker:
        case PackageNotFound():
            return _not_found(blocker)
        case NoMatchingVersion():
            return _no_matching_version(blocker)
        case NoUsableRelease():
            unusable = [each for each in group if isinstance(each, NoUsableRelease)]
            return _no_usable_release(unusable)
        case Conflict():
            return _conflict(blocker, platforms)
        case _:
            assert_never(blocker)


def _likeness(blocker: Blocker) -> object:
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


def _no_matching_version(blocker: NoMatchingVersion) -> Explanation:
    wanted = _join_requirements(blocker.requirements)
    name = blocker.package
    where = _found_on(blocker.replies)
    if blocker.newest is None:
        return Explanation(
            summary=f"{name} is on {where}, but without a single file",
            details=(_asked_for_by(blocker),),
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
            place=_first_place(blocker),
            exit_code=1,
        )
    return Explanation(
        summary=f"no version of {name} fits {wanted}: the newest on {where} is {blocker.newest}",
        details=(_asked_for_by(blocker),),
        place=_first_place(blocker),
        exit_code=1,
    )


def _no_usable_release(group: Sequence[NoUsableRelease]) -> Explanation:
    blocker = merge_platforms(group)
    summary = _summarise_release(blocker, blocker.targets)
    details = [_asked_for_by(blocker), *explain_files(blocker).splitlines()]
    nearest = nearest_coverage(blocker)
    is_told = nearest is not None and nearest[0] == blocker.newest
    if blocker.matching and blocker.newest > blocker.matching[0] and not is_told:
        wanted = _join_requirements(blocker.requirements)
        details.append(f"newest of all: {blocker.newest}, which {wanted} leaves out")
    if blocker.source is not None:
        details.append(explain_source(blocker.source))
    hints = (explain_acceptance(blocker), *_tell_the_index(blocker), *_ask(blocker))
    return Explanation(
        summary=summary,
        details=tuple(details),
        hints=tuple(filter(None, hints)),
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
    if not is_without_wheel(blocker) or is_pure(blocker.source) or usable_everywhere([blocker]):
        return ()
    if all(reply.index != FLET for reply in blocker.replies):
        return ()  # that index may well have it
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
    return Explanation(
        summary=summary,
        details=tuple(details),
        hints=(
            (
                "if you know that one version works with all of them, set it: "
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
    extras = link.requirement.partition("[")[2].partition("]")[0]
    name = f"{link.package}[{extras}]" if extras else f"{link.package}"
    return name if link.version is None else f"{name} {link.version}"


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


def describe_blocked_platforms(blockers: Iterable[Blocker]) -> str:
    """`Android and iOS`."""
    return describe_platforms(blocker.platform for blocker in blockers)
