"""What releases offer, in words and in letters.

A capital letter stands for what can be used, a small one for the part of a wheel that does not fit.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from packaging.version import Version

from flet_lock.analysis.availability import Newest, Offer, PackageOffers, ReleaseOffers
from flet_lock.analysis.native_release import native_system
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.index.listing import IndexAnswer
from flet_lock.model.target import Target
from flet_lock.reports.layout.clean_text import clean, clip, code
from flet_lock.reports.layout.page import Style
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS, is_native_library
from flet_lock.reports.wording.failure.advice import explain_advice
from flet_lock.reports.wording.failure.rejections import explain_rejections, merge_rejections
from flet_lock.reports.wording.failure.sources import explain_source, suggest_building
from flet_lock.reports.wording.lock.lock_summary import explain_native_system
from flet_lock.reports.wording.targets import describe_targets, join_words

_MEANINGS: Final = {
    "y": "yanked",
    "n": "newer than the cutoff",
    "m": "metadata or file unusable",
    "o": "needs a newer OS",
    "r": "its Requires-Python excludes this one",
    "p": "built for another Python",
    "a": "for other ABIs or slices only",
    "d": "for other systems only",
}
_KEPT_FROM_IT: Final = "x"
_WHY_KEPT: Final = "fits, but does not lock: something that it needs is missing"
"""What the letters of rejections mean, in the order of a legend."""


class Sign(Struct, frozen=True):
    """A letter in the matrix."""

    letter: str
    style: Style
    meaning: str


def sign_of(offer: Offer, release: ReleaseOffers, package: PackageOffers) -> Sign:
    """The class of what a target gets; where it gets nothing, the part that does not fit."""
    if any(
        offer.target in build.targets
        and build.is_kept_from(release.version)
        and len(_served(release, build.targets)) == len(build.targets)
        for build in package.newest
    ):
        return Sign(_KEPT_FROM_IT, "bad", _WHY_KEPT)
    if offer.artifact is None and offer.rejections:
        letters = (each.letter for each in merge_rejections(offer.rejections))
        if nearest := next(filter(None, letters), None):
            return Sign(nearest, "faint", _MEANINGS[nearest])
    mark = AVAILABILITY_WORDS[offer.availability]
    return Sign(mark.letter, mark.style, mark.meaning)


SIGNS_IN_ORDER: Final = (
    *(mark.letter for mark in AVAILABILITY_WORDS.values()),
    _KEPT_FROM_IT,
    *_MEANINGS,
)
"""Letters as a legend lists them."""


def summarise_package(package: PackageOffers) -> str:
    """`numpy>=2 on pypi and flet`; what is wrong where there is nothing."""
    name = clean(package.package)
    asked = join_words(dict.fromkeys(clean(reply.index) for reply in package.replies))
    if not package.found:
        return f"{name} does not exist on {asked or 'any index'}"
    where = join_words(
        clean(reply.index) for reply in package.replies if reply.answer is IndexAnswer.FOUND
    )
    if package.newest_of_all is None:
        return f"{name} is on {where}, but without a single file"
    if not package.releases:
        return (
            f"no version of {name} satisfies {code(str(package.requirement.specifier))}; "
            f"the newest on {where} is {package.newest_of_all}"
        )
    return f"{clean(str(package.requirement))} on {where}"


def explain_newest(package: PackageOffers) -> Iterator[tuple[bool, str]]:
    """Per group of Pythons with the same answer: whether all targets are served, and by what."""
    pythons = dict.fromkeys(each.python_version for each in package.newest)
    by_answer: dict[tuple[bool, str], list[tuple[int, int]]] = {}
    for python in pythons:
        own = [each for each in package.newest if each.python_version == python]
        answer = _answer(package, own)
        by_answer.setdefault(answer, []).append(python)
    for (good, words), group in reversed(by_answer.items()):
        names = join_words("{}.{}".format(*python) for python in reversed(group))
        yield good, f"Python {names}: {words}"


def _answer(package: PackageOffers, own: Sequence[Newest]) -> tuple[bool, str]:
    versions = {each.version for each in own}
    targets = [target for each in own for target in each.targets]
    if versions == {None}:
        return False, _no_version(package, targets)
    if len(versions) == 1:
        good, remark = _remark(package, own[0].version, targets)
        return good, f"{own[0].version} is the newest for {describe_targets(targets)}{remark}"
    found = [_newest_for(package, each) for each in own if each.version is not None]
    missing = [_no_version(package, each.targets) for each in own if each.version is None]
    return (
        not missing and all(good for good, _ in found),
        "; ".join([*(words for _, words in found), *missing]),
    )


def _newest_for(package: PackageOffers, newest: Newest) -> tuple[bool, str]:
    good, remark = _remark(package, newest.version, newest.targets)
    return good, f"{newest.version} for {describe_targets(newest.targets)}{remark}"


def _remark(
    package: PackageOffers, version: Version | None, targets: Sequence[Target]
) -> tuple[bool, str]:
    """Whether a release is one to be glad of; where not, why, and the one that is."""
    release = next((each for each in package.releases if each.version == version), None)
    kept = _kept_from_it(package, version, targets)
    if kept:
        return False, kept
    if release is None or not _has_hollow(release, targets):
        return True, ""
    hollow = [
        offer.target
        for offer in release.offers
        if offer.availability is Availability.HOLLOW and offer.target in targets
    ]
    where = "" if len(hollow) == len(targets) else f" on {describe_targets(hollow)}"
    words = f", but hollow{where}: it installs without its native library"
    whole = next(
        (
            each.version
            for each in package.releases
            if len(_served(each, targets)) == len(targets) and not _has_hollow(each, targets)
        ),
        None,
    )
    if whole is not None:
        return False, f"{words}; {whole} is not"
    return False, "; ".join([words, *_native_systems(package, release, targets)])


def _native_systems(
    package: PackageOffers, release: ReleaseOffers, targets: Sequence[Target]
) -> Iterator[str]:
    """The newer system on which a hollow release has its native library, per platform."""
    told: set[str] = set()
    for build in package.newest:
        own = [each for each in release.offers if each.target in build.targets]
        system = native_system(package.package, own)
        if system is not None and set(build.targets) <= set(targets):
            told.add(explain_native_system(system, build.targets))
    yield from sorted(told)


def _kept_from_it(
    package: PackageOffers, version: Version | None, targets: Sequence[Target]
) -> str:
    """Why a release does not lock though its own files fit, and which one does; `""` if it does."""
    builds = [each for each in package.newest if set(each.targets) <= set(targets)]
    kept = [each for each in builds if version is not None and each.is_kept_from(version)]
    verdicts = [each.verdict for each in kept if each.verdict is not None]
    if not verdicts:
        return ""
    asked = dict.fromkeys(code(clean(o.asked)) for each in verdicts for o in each.obstacles)
    needs = join_words(asked) if asked else "versions that do not go together"
    locks = {each.locks for each in verdicts}
    older = locks.pop() if len(locks) == 1 else None
    rest = "no release" if older is None else f"{older}"
    why = f"needs {needs}{', which cannot be had' if asked else ''}"
    return f", but {why}; {rest} locks with all that it needs"


def _has_hollow(release: ReleaseOffers, targets: Sequence[Target]) -> bool:
    return any(
        offer.availability is Availability.HOLLOW
        for offer in release.offers
        if offer.target in targets
    )


def _no_version(package: PackageOffers, targets: Sequence[Target]) -> str:
    where = describe_targets(targets, every="any" if len(targets) > 1 else "every")
    words = f"no version for {where}; {_why_none(package, targets)}"
    nearest = max(
        package.releases, key=lambda release: (len(_served(release, targets)), release.version)
    )
    served = _served(nearest, targets)
    if not served or nearest is package.releases[0]:
        return words
    return f"{words}; nearest: {nearest.version} for {describe_targets(served)}"


def _served(release: ReleaseOffers, targets: Sequence[Target]) -> list[Target]:
    return [each.target for each in release.offers if each.artifact and each.target in targets]


def _why_none(package: PackageOffers, targets: Sequence[Target]) -> str:
    """`2.5.5: desktop wheels only (Linux, macOS, Windows)`, target by target if they differ."""
    newest = package.releases[0]
    by_words: dict[str, list[Target]] = {}
    for offer in newest.offers:
        if offer.target in targets:
            words = (
                "it fits" if offer.artifact else explain_rejections(offer.rejections, offer.target)
            )
            by_words.setdefault(words, []).append(offer.target)
    if len(by_words) == 1:
        return f"{newest.version}: {next(iter(by_words))}"
    parts = "; ".join(
        f"{describe_targets(found)}: {words}"
        for words, found in by_words.items()
        if words != "it fits"
    )
    return f"{newest.version}: {parts}"


def explain_sdist(package: PackageOffers) -> Iterator[str]:
    """What the sdist of a package without wheels holds, and what can be done with it."""
    if package.source is not None and package.advice is None:
        yield explain_source(package.source)
        yield suggest_building(package.package, package.source)


def explain_faults(package: PackageOffers) -> str:
    """Which releases an earlier audit saw fail; `""` where it saw none."""
    if not package.seen_to_fail:
        return ""
    versions = join_words(clean(str(each)) for each in package.seen_to_fail)
    return f"binaries of {versions} were seen to fail: see {code('flet-lock audit')}"


def explain_kind(package: PackageOffers) -> str:
    """What kind of thing it is, where that is not plain; `""` mostly."""
    if package.advice is not None:
        return explain_advice(package.advice)
    if is_native_library(package.package):
        return "a native library of the Flet index: other wheels ask for it, an app need not"
    return ""


def explain_yanked(release: ReleaseOffers) -> str:
    """`2.0 was withdrawn by its author: broken metadata`."""
    reason = clip(release.yanked or "")
    return f"{release.version} was withdrawn by its author{f': {reason}' if reason else ''}"
