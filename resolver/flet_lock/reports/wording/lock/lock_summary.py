"""What a lock run did, in words."""

from collections.abc import Iterable, Iterator, Sequence

from packaging.utils import NormalizedName

from flet_lock.lockfile.changes import HashChange, IndexMove
from flet_lock.model.answer.resolution import Availability, NativeSystem, Pin, Resolution
from flet_lock.model.target import Platform, Target
from flet_lock.reports.layout.clean_text import GLUE, clean, clip, code
from flet_lock.reports.wording.availability import AVAILABILITY_WORDS
from flet_lock.reports.wording.lines import toml_list, under
from flet_lock.reports.wording.targets import (
    build_with,
    describe_minimum_os,
    describe_platforms,
    describe_targets,
    join_words,
)
from flet_lock.workflows.outcome import Expectation, LockOutcome, PlatformOutcome

_DIGITS = 12
"""Of a digest: enough to tell two apart."""
_CHANGES_SHOWN = 8
_UNCERTAIN_SHOWN = 4


def summarise_lock(outcome: LockOutcome) -> str:
    """`Locked my-app for Android and iOS: Python 3.14.6, 0.31 s, 12 requests (1.2 MB)`."""
    where = describe_platforms(each.platform for each in outcome.platforms)
    name = clean(outcome.project_name)
    if outcome.refused:
        return f"{name} is not locked for {where}: `--strict` refuses {_refused(outcome)}"
    if outcome.disappoints and outcome.expects is Expectation.LOCKED:
        return f"The lock of {name} for {where} is not what would be locked now"
    verb = "Would lock" if outcome.dry_run else "Locked"
    effort = f"{describe_seconds(outcome.seconds)}, {_traffic(outcome)}"
    if outcome.is_unchanged:
        effort = "nothing has changed"
    return f"{verb} {name} for {where}: Python {outcome.python_full_version}, {effort}"


def _refused(outcome: LockOutcome) -> str:
    names = _listed(outcome.refused_packages, everything=False)
    return " and ".join(filter(None, [names, "the warning" if outcome.refused_notes else ""]))


def describe_seconds(seconds: float) -> str:
    """`0.31 s`, `12.3 s`, `2 min 5 s`."""
    if seconds < 10:  # noqa: PLR2004 - two digits that count
        return f"{seconds:.2f} s"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def describe_bytes(size: int) -> str:
    """`512 B`, `1.2 kB`, `34.5 MB` (powers of ten, as disks and networks count)."""
    if size < 1_000:  # noqa: PLR2004 - a kilobyte
        return f"{size} B"
    value = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1_000
        # 999.95 would be printed as 1000.0.
        if value < 999.95 or unit == "TB":  # noqa: PLR2004 - see above
            return f"{value:.1f} {unit}"
    raise AssertionError(size)


def _traffic(outcome: LockOutcome) -> str:
    traffic = outcome.traffic
    if not traffic.requests:
        return "no requests"
    requests = "1 request" if traffic.requests == 1 else f"{traffic.requests} requests"
    return f"{requests} ({describe_bytes(traffic.bytes_received)})"


def summarise_platform(platform: PlatformOutcome) -> str:
    """`32 packages: 29 pure, 3 binary`."""
    pins = platform.resolution.pins
    counts: dict[Availability, int] = {}
    for pin in pins:
        counts[pin.worst] = counts.get(pin.worst, 0) + 1
    words = [
        f"{counts[each]} {words.count}"
        for each, words in AVAILABILITY_WORDS.items()
        if each in counts
    ]
    noun = "1 package" if len(pins) == 1 else f"{len(pins)} packages"
    return f"{noun}: {', '.join(words)}" if words else noun


def explain_pins_of_class(
    availability: Availability,
    pins: Sequence[Pin],
    resolution: Resolution | None = None,
) -> str:
    """The pins of a class with their versions, and what the class means where it matters.

    Args:
        availability: The class.
        pins: Packages of it.
        resolution: For hollow ones: tells what has what they lack.
    """
    remark = AVAILABILITY_WORDS[availability].remark
    names = ", ".join(
        f"{pin.package}{GLUE}{pin.version}{_partly(availability, pin)}" for pin in pins
    )
    told = f"{names} ({remark})" if remark else names
    if availability is not Availability.HOLLOW or resolution is None:
        return told
    return f"{told}; {'; '.join(_with_native_code(pins, resolution))}"


def _with_native_code(pins: Sequence[Pin], resolution: Resolution) -> Iterator[str]:
    """What to do about hollow packages: another release, newer phones, or another package."""
    left = {pin.package for pin in pins}
    whole = [f"{name}=={version}" for name, version in resolution.native_releases if name in left]
    left -= {name for name, _ in resolution.native_releases}
    if whole:
        line = under(toml_list("constraints", whole))
        yield f"{join_words(whole)} {'has' if len(whole) == 1 else 'have'} it: add {line}"
    for system in resolution.native_systems:
        if system.package in left:
            left.remove(system.package)
            yield explain_native_system(system, resolution.targets)
    for package in sorted(left):
        yield f"see which releases have it with {code(f'flet-lock wheels {package}')}"


def explain_native_system(system: NativeSystem, targets: Sequence[Target]) -> str:
    """`from Android API 26 on it has it for arm64-v8a: add …`."""
    own = [target for target in targets if target.slice_name in system.slices]
    every = [target for target in targets if target.platform is own[0].platform]
    platform, minimum = own[0].platform, system.minimum_os
    if platform is Platform.IOS:
        lines = [under(f'ios-version = "{minimum[0]}.{minimum[1]}"')]
    else:
        lines = [under(f"min_sdk_version = {minimum[0]}", "[tool.flet.android]")]
    if len(own) < len(every):
        slices = toml_list("target_arch", [target.slice_name for target in own])
        lines.append(under(slices, f"[tool.flet.{platform.value}]"))
    return (
        f"from {describe_minimum_os(platform, minimum)} on, {system.package} has it for "
        f"{describe_targets(own)}: add {join_words(lines)}"
    )


def _partly(availability: Availability, pin: Pin) -> str:
    """Where, for a class that only some of the package's targets get."""
    targets = [
        target for target in pin.targets if pin.availability[target.slice_name] is availability
    ]
    if len(targets) == len(pin.availability):
        return ""
    return f" on {describe_targets(targets)}"


def explain_common(platforms: str) -> str:
    """What stands before rows that are true of all platforms."""
    return f"what holds for {platforms} alike"


def is_withdrawn(pin: Pin) -> bool:
    """Whether a file that is locked was withdrawn by its author (PEP 592)."""
    return any(each.yanked is not None for each in pin.artifacts.values())


def explain_withdrawn(pins: Iterable[Pin]) -> str:
    """Releases that are locked though their authors withdrew them, and why they did."""
    told = []
    for pin in pins:
        reasons = dict.fromkeys(clip(each.yanked or "", 60) for each in pin.artifacts.values())
        why = "; ".join(filter(None, reasons))
        told.append(f"{pin.package}{GLUE}{pin.version}{f' ({why})' if why else ''}")
    return f"{join_words(told)}: withdrawn by the author, but what is asked for leaves no other"


def explain_prereleases(pins: Iterable[Pin]) -> str:
    """Pre-releases that are locked."""
    names = join_words(f"{pin.package}{GLUE}{pin.version}" for pin in pins)
    return f"{names}: released for trying out, and not final"


def explain_mixed_origins(pins: Iterable[Pin]) -> str:
    """Packages whose wheels are not of one build."""
    names = join_words(f"{pin.package}{GLUE}{pin.version}" for pin in pins)
    return f"{names}: no single index or build covers all targets, so wheels of several are mixed"


def explain_uncertain(kept: Sequence[tuple[NormalizedName, str]]) -> str:
    """Dependencies kept because their marker's truth differs between devices."""
    shown = [
        f"{package} ({code(marker)})" if marker else str(package)
        for package, marker in kept[:_UNCERTAIN_SHOWN]
    ]
    more = len(kept) - len(shown)
    names = ", ".join(shown) + (f" and {more} more" if more else "")
    return f"{names}: needed on some devices only, kept to be safe"


def explain_known_downgrades(packages: Sequence[str]) -> str:
    """Packages that are as much older than on a desktop as they were in the lock before."""
    return f"{_listed(packages, everything=False)}, as before: `-v` tells why"


def explain_moved(moved: Sequence[IndexMove]) -> str:
    """Packages that come from another index than before."""
    told = [
        f"{move.package} from {_indexes(move.old)} to {_indexes(move.new)}"
        for move in moved[:_CHANGES_SHOWN]
    ]
    more = len(moved) - len(told)
    words = ", ".join(told) + (f" and {more} more" if more else "")
    return f"{words}: pin a package to its index in {code('[tool.flet-lock.sources]')}"


def _indexes(locations: Sequence[str]) -> str:
    return " and ".join(clean(location) for location in locations) or "no index"


def explain_altered(altered: Sequence[HashChange]) -> str:
    """Files that have other bytes than the old lock says, under the same name."""
    told = [
        f"{clean(change.filename)} ({change.algorithm}{GLUE}{change.old[:_DIGITS]}… is now "
        f"{change.new[:_DIGITS]}…)"
        for change in altered[:_CHANGES_SHOWN]
    ]
    more = len(altered) - len(told)
    words = ", ".join(told) + (f" and {more} more" if more else "")
    return f"{words}: an index gives other bytes than before; find out why before you commit"


def _listed(names: Sequence[str], *, everything: bool) -> str:
    if everything or len(names) <= _CHANGES_SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[:_CHANGES_SHOWN])} and {len(names) - _CHANGES_SHOWN} more"


def explain_files_written(outcome: LockOutcome) -> str:
    """Which locks were written, and which were right already."""
    platforms = outcome.platforms
    if outcome.expects is Expectation.LOCKED:
        same = [each for each in platforms if not each.differs]
        other = [each for each in platforms if each.differs]
        words = [f"not written, as `--locked` was given: {_paths(other)}"] if other else []
        return "; ".join([*words, *_unchanged(same)])
    if outcome.dry_run:
        return f"not written, as this is a dry run: {_paths(platforms)}"
    if outcome.refused:
        return f"not written, as `--strict` fails on {_refused(outcome)}: {_paths(platforms)}"
    written = [each for each in platforms if each.written]
    same = [each for each in platforms if not each.written]
    words = [f"wrote {_paths(written)}"] if written else []
    if written and all(each.had_lock and not each.changes for each in written):
        words = [f"wrote {_paths(written)}, where no package has changed"]
    return "; ".join([*words, *_unchanged(same)])


def _unchanged(platforms: Sequence[PlatformOutcome]) -> list[str]:
    if not platforms:
        return []
    return [f"{_paths(platforms)} {'is' if len(platforms) == 1 else 'are'} as before"]


def _paths(platforms: Iterable[PlatformOutcome]) -> str:
    return join_words(clean(each.lock_path) for each in platforms)


def explain_cutoff_exemption(indexes: Sequence[str]) -> str:
    """`--exclude-newer` and indexes without upload times."""
    verb = "gives" if len(indexes) == 1 else "give"
    return (
        f"{join_words(map(clean, indexes))} {verb} no upload times: `--exclude-newer` was not "
        f"applied there"
    )


def explain_next_step(outcome: LockOutcome) -> str:
    """What to do with new locks; `""` where nothing was written."""
    if outcome.expects is Expectation.LOCKED:
        return "write the locks with `flet-lock` and commit them" if outcome.differs else ""
    if outcome.dry_run:
        return "write the locks with `flet-lock`"
    if outcome.refused_notes:
        return "do what the warning says, or lock without `--strict`"
    if outcome.refused:
        allowed = ", ".join(f'"{name}"' for name in outcome.refused_packages)
        line = f"strict = {{ allow = [{allowed}] }}"
        return f"accept that: {under(line)}; or change what is named above as the reason"
    written = sum(each.written for each in outcome.platforms)
    if not written:
        return ""
    them, they = ("them", "they fall") if written > 1 else ("it", "it falls")
    build = code(build_with(outcome.platforms[0].platform))
    return f"commit {them}, build with {build}; in CI, `flet-lock check` tells when {they} behind"
