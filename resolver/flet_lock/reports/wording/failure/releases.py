"""What exists of a package whose releases do not fit, where, and what that suggests."""

from collections.abc import Sequence

from msgspec.structs import replace
from packaging.version import Version

from flet_lock.analysis.problems import is_placeholder, usable_everywhere
from flet_lock.model.answer.blocker import NoUsableRelease, RejectedRelease
from flet_lock.model.answer.rejection import (
    FAR,
    Check,
    HashNotAllowed,
    NewerThanCutoff,
    Rejection,
    Yanked,
)
from flet_lock.model.index.listing import IndexAnswer
from flet_lock.model.target import Target
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.failure.rejections import explain_rejections
from flet_lock.reports.wording.lines import at
from flet_lock.reports.wording.targets import describe_targets, join_words

# Where the account of a platform's files names one of these, it is not true of the other.
_PLATFORM_WORDS = ("Android", "iOS", "arm", "x86")


def is_without_wheel(blocker: NoUsableRelease) -> bool:
    """Whether the newest matching release lacks a wheel, rather than having an unfit one."""
    return all(each.check in (*FAR, Check.TAG) for each in _newest_rejections(blocker))


def likeness_of_files(blocker: NoUsableRelease) -> object:
    """Equal for blockers of both platforms where one account is true of both."""
    files = _explain_newest(blocker)
    nearest = nearest_coverage(blocker)
    partly = nearest is not None and set(nearest[1]) != set(known_targets(blocker))
    if partly or not files or any(word in files for word in _PLATFORM_WORDS):
        return blocker.platform
    version = None if nearest is None else nearest[0]
    return files, version, tuple(usable_everywhere([blocker]))


def merge_platforms(blockers: Sequence[NoUsableRelease]) -> NoUsableRelease:
    """One blocker in place of those that are alike on each platform."""
    first = blockers[0]
    usable: dict[Version, list[Target]] = {}
    rejected: dict[Version, RejectedRelease] = {}
    for blocker in blockers:
        for version, targets in blocker.usable:
            usable.setdefault(version, []).extend(targets)
        for release in blocker.rejected:
            known = rejected.get(release.version)
            rejections = release.rejections if known is None else known.rejections
            if known is not None:
                rejections = (*rejections, *release.rejections)
            rejected[release.version] = replace(release, rejections=rejections)
    return replace(
        first,
        targets=tuple(target for blocker in blockers for target in blocker.targets),
        usable=tuple((version, tuple(targets)) for version, targets in usable.items()),
        rejected=tuple(rejected[version] for version in sorted(rejected, reverse=True)),
    )


def has_broken_files(blocker: NoUsableRelease) -> bool:
    """Whether files that fit by their names hold what nobody can read."""
    return any(each.check is Check.CONTENT for each in _newest_rejections(blocker))


def explain_files(blocker: NoUsableRelease) -> str:
    """One line per fact: the newest matching release on each index, then what comes nearest."""
    lines = [line for line in (_explain_newest(blocker),) if line]
    nearest = nearest_coverage(blocker)
    if nearest is not None and nearest[0] != next(iter(blocker.matching), None):
        version, targets = nearest
        index = _index_of(blocker, version)
        on = "" if index is None else f" on {index}"
        lacking = [target for target in known_targets(blocker) if target not in targets]
        lacks = f", none for {describe_targets(lacking)}" if lacking else ""
        fits = "" if version in blocker.matching else f", but {_asked(blocker)} leaves it out"
        lines.append(
            f"nearest: {version}{on} has wheels for {describe_targets(targets)}{lacks}{fits}"
        )
    return "\n".join(lines)


def _asked(blocker: NoUsableRelease) -> str:
    """The bounds on the package, whoever set them."""
    texts = dict.fromkeys(str(each.specifier) for each in blocker.requirements if each.specifier)
    return join_words(map(code, texts)) or "what is asked for"


def _explain_newest(blocker: NoUsableRelease) -> str:
    if not blocker.rejected:
        return ""
    newest = blocker.rejected[0]
    words = [
        f"on {clean(index)}: {_on_index(newest, index)}"
        for index in dict.fromkeys(each.index for each in newest.artifacts)
        if index is not None
    ]
    words = words or [_on_index(newest, None)]
    words += [
        f"on {clean(reply.index)}: not there"
        for reply in blocker.replies
        if reply.answer is IndexAnswer.NOT_FOUND
    ]
    return "; ".join(words)


def fails_alike(blocker: NoUsableRelease) -> bool:
    """Whether every other release that fits lacks the same targets as the newest."""
    missing = set(blocker.targets)
    return all(
        missing <= {target for target, _ in release.rejections} for release in blocker.rejected[1:]
    )


def nearest_coverage(
    blocker: NoUsableRelease, *, fitting: bool = False
) -> tuple[Version, tuple[Target, ...]] | None:
    """The release with usable files for most targets, the newest of those; None without any.

    Args:
        blocker: What failed.
        fitting: Only releases that satisfy the requirements.
    """
    coverage = {
        version: targets
        for version, targets in blocker.usable
        # A release that only reserves the name is near to nothing.
        if targets and (not is_placeholder(version) or version in blocker.matching)
    }
    known = known_targets(blocker)
    for release in blocker.rejected:
        failing = {target for target, _ in release.rejections}
        good = tuple(target for target in known if target not in failing)
        if good:
            coverage[release.version] = good
    if fitting:
        coverage = {
            version: found for version, found in coverage.items() if version in blocker.matching
        }
    if not coverage:
        return None
    return max(coverage.items(), key=lambda item: (len(item[1]), item[0]))


def known_targets(blocker: NoUsableRelease) -> tuple[Target, ...]:
    """Every target of its platforms that the facts name: those that need the package."""
    found = {
        *blocker.targets,
        *(target for _, targets in blocker.usable for target in targets),
        *(target for release in blocker.rejected for target, _ in release.rejections),
    }
    platforms = {blocker.platform, *(target.platform for target in blocker.targets)}
    return tuple(sorted(target for target in found if target.platform in platforms))


def _newest_rejections(blocker: NoUsableRelease) -> tuple[Rejection, ...]:
    if not blocker.rejected:
        return ()
    return tuple(each for _, found in blocker.rejected[0].rejections for each in found)


def _on_index(release: RejectedRelease, index: str | None) -> str:
    """What one index has of a release, target by target only where the answers differ."""
    names = {each.filename for each in release.artifacts if each.index == index}
    by_words: dict[str, list[Target]] = {}
    for target, rejections in release.rejections:
        here = [each for each in rejections if each.filename in names or index is None]
        by_words.setdefault(explain_rejections(here, target), []).append(target)
    if len(by_words) == 1:
        return f"{release.version}, {next(iter(by_words))}"
    return "; ".join(f"{describe_targets(found)}: {words}" for words, found in by_words.items())


def _index_of(blocker: NoUsableRelease, version: Version) -> str | None:
    """Where the usable files of a version are; None where the facts at hand do not say."""
    for release in blocker.rejected:
        if release.version == version:
            unfit = {
                each.filename
                for _, found in release.rejections
                for each in found
                if each.check in FAR
            }
            indexes = {each.index for each in release.artifacts if each.filename not in unfit}
            return clean(join_words(sorted(filter(None, indexes)))) or None
    return None


def explain_acceptance(blocker: NoUsableRelease) -> str:
    """How to take a release that a rule of the user or of its author bars; `""` for no rule."""
    version = blocker.rejected[0].version if blocker.rejected else blocker.newest
    pin = code(f"{blocker.package}=={version}")
    for each in _newest_rejections(blocker):
        if isinstance(each, Yanked):
            return f"to take it all the same, ask for exactly that version: {pin}"
        if isinstance(each, NewerThanCutoff):
            return f"move the cutoff: {code('flet-lock --exclude-newer DATE')} with a later date"
        if isinstance(each, HashNotAllowed):
            return (
                f"remove the {code('--hash')} values of {blocker.package}{at(blocker.places)}, "
                "or add this file's own if you trust it"
            )
    return ""
