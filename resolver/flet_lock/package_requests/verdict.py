"""Whether a package is worth a request. No request is better than one that is turned down."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.analysis.availability import PackageOffers, is_bare_source
from flet_lock.analysis.native_release import native_system
from flet_lock.model.answer.resolution import Availability, NativeSystem
from flet_lock.model.facts.advice import AdviceKind, NameFact
from flet_lock.model.index.existing_request import ExistingRequest
from flet_lock.model.index.source import SourceKind
from flet_lock.model.target import Platform, Target
from flet_lock.package_requests.facts import RequestFacts
from flet_lock.package_requests.gaps import builds_in_question, is_served


class RefusalKind(StrEnum):
    """Why a request is not worth posting."""

    UNKNOWN = "unknown"
    """No index knows the name."""
    PART_OF_PYTHON = "part-of-python"
    PRIVATE = "private"
    """Only an index of the user's own has it: the builders of wheels cannot get it."""
    ADVISED = "advised"
    """`advice` says why."""
    NO_RELEASE = "no-release"
    """It exists, but no version satisfies the requirement."""
    PURE = "pure"
    """It runs everywhere as it is."""
    AVAILABLE = "available"
    """There are wheels for every target."""
    FALLBACK = "fallback"
    """Its pure wheel works, slower than the native one of desktops."""
    NEWER = "newer"
    """A newer release than the requested ones has wheels."""
    PURE_SOURCE = "pure-source"
    """It was never published as a wheel, and can be built as one anywhere."""
    NEEDS_OTHERS = "needs-others"
    """Its own files would do, but it needs packages without wheels: `short_of`."""
    NEEDS_DESKTOP = "needs-desktop"
    """It needs a package that is made for desktops."""
    NEWER_SYSTEM = "newer-system"
    """There are wheels for newer phones."""
    REQUESTED = "asked"
    """There is an open request for it."""


_AFTER_WHEELS = frozenset({AdviceKind.DEVELOPMENT_TOOL, AdviceKind.PART_OF_FLET})
"""Advice that does not matter where the package can be used anyhow."""


class Refusal(Struct, frozen=True, kw_only=True):
    """Why a request is not worth posting, and what to do instead."""

    package: NormalizedName
    """The package."""
    kind: RefusalKind
    """The reason."""
    specifier: str = ""
    """The versions in question, canonical; `""` for any."""
    versions: tuple[tuple[Platform, Version], ...] = ()
    """The release to take, per platform."""
    newest: Version | None = None
    """The newest release of all that were looked at; a newer one than `versions` has no
    wheels."""
    advice: NameFact | None = None
    """What the shipped table says of it; None if it says nothing."""
    instead: Version | None = None
    """The release of `advice.instead` to take; None where none is known."""
    short_of: tuple[NormalizedName, ...] = ()
    """Packages that it requires and that lack wheels: requests for those make sense."""
    desktop_only: tuple[NormalizedName, ...] = ()
    """Packages that it requires and that no phone will ever have."""
    systems: tuple[NativeSystem, ...] = ()
    """For `NEWER_SYSTEM`, one per platform."""
    targets: tuple[Target, ...] = ()
    """Those that it was looked at for."""
    existing: tuple[ExistingRequest, ...] = ()
    """Open requests for the same package."""
    can_be_forced: bool = True
    """Whether `--force` gets a draft all the same; False where there is nothing to draft, or a
    draft would tell what is private."""


def decide(facts: RequestFacts) -> Refusal | None:
    """Decides whether a package is worth a request: None if it is, else the reason why not."""
    refusal = (
        _part_of_python(facts)
        or _unknown(facts)
        or _advised(facts, before_wheels=True)
        or _no_release(facts)
        or _whole(facts)
        or _advised(facts, before_wheels=False)
        or _usable(facts)
        or _newer_system(facts)
        or _newer(facts)
        or _pure_source(facts)
        or _requested(facts)
    )
    if refusal is None or facts.release is not None:
        return refusal
    return replace(refusal, can_be_forced=False)


def _part_of_python(facts: RequestFacts) -> Refusal | None:
    """PyPI's `logging` is of Python 2, and nobody who asks for it means that."""
    if facts.advice is not None or not facts.system_name:
        return None
    return Refusal(package=facts.package, kind=RefusalKind.PART_OF_PYTHON)


def _whole(facts: RequestFacts) -> Refusal | None:
    """What can be used with all that it needs."""
    return None if facts.short_of or facts.desktop_only else _usable(facts)


def _newer_system(facts: RequestFacts) -> Refusal | None:
    """Wheels of the newest release for newer phones: raising the app's minimum is nearer."""
    release = facts.wanted_release
    if release is None:
        return None
    found = []
    for build in builds_in_question(facts):
        own = [each for each in release.offers if each.target in build.targets]
        system = native_system(facts.package, own)
        if system is None and not is_served(build, facts.wanted):
            return None
        found += [] if system is None else [system]
    if not found:
        return None
    return Refusal(
        package=facts.package,
        kind=RefusalKind.NEWER_SYSTEM,
        systems=tuple(found),
        newest=release.version,
        targets=facts.wanted.targets,
    )


def _unknown(facts: RequestFacts) -> Refusal | None:
    if facts.wanted.found:
        return None
    advised = _advised(facts, before_wheels=True) or _advised(facts, before_wheels=False)
    return advised or Refusal(package=facts.package, kind=RefusalKind.UNKNOWN)


def _advised(facts: RequestFacts, *, before_wheels: bool) -> Refusal | None:
    advice = facts.advice
    if advice is None or (advice.kind not in _AFTER_WHEELS) is not before_wheels:
        return None
    if advice.kind is AdviceKind.TWIN and facts.instead is None:
        # The other one has no wheels either: then one of the two is worth a request.
        return None
    if advice.kind is AdviceKind.OTHER_PLATFORM and any(
        target.platform is advice.only for target in facts.wanted.targets
    ):
        # Of the targets that it is meant for, wheels may well be missing.
        return None
    return Refusal(
        package=facts.package,
        kind=RefusalKind.ADVISED,
        advice=advice,
        instead=facts.instead,
        versions=_versions(facts.wanted),
    )


def _no_release(facts: RequestFacts) -> Refusal | None:
    if facts.wanted_release is not None:
        return None
    return Refusal(
        package=facts.package,
        kind=RefusalKind.NO_RELEASE,
        specifier=facts.specifier,
        newest=facts.any_version.newest_of_all,
    )


def _usable(facts: RequestFacts) -> Refusal | None:
    builds = builds_in_question(facts)
    if not all(is_served(build, facts.wanted) for build in builds):
        return None
    versions = _versions(facts.wanted)
    found = {
        offer.availability
        for build in builds
        for release in facts.wanted.releases
        if release.version == build.version
        for offer in release.offers
        if offer.target in build.targets
    }
    if facts.desktop_only:
        kind = RefusalKind.NEEDS_DESKTOP
    elif facts.short_of and any(build.locks is None for build in builds):
        kind = RefusalKind.NEEDS_OTHERS
    elif found == {Availability.PURE}:
        kind = RefusalKind.PURE
    elif Availability.BINARY in found or not found:
        kind = RefusalKind.AVAILABLE
    else:
        kind = RefusalKind.FALLBACK
    newest = None if facts.wanted_release is None else facts.wanted_release.version
    return Refusal(
        package=facts.package,
        kind=kind,
        specifier=facts.specifier,
        versions=versions,
        newest=newest,
        short_of=facts.short_of,
        desktop_only=facts.desktop_only,
    )


def _versions(offers: PackageOffers) -> tuple[tuple[Platform, Version], ...]:
    return tuple(
        (build.platform, version) for build in offers.newest if (version := build.locks) is not None
    )


def _newer(facts: RequestFacts) -> Refusal | None:
    """Suggests a newer release than the requested one, never an older one."""
    release = facts.wanted_release
    only = facts.advice.only if facts.advice is not None else None
    builds = [each for each in facts.any_version.newest if only in (None, each.platform)]
    if release is None or not all(is_served(build, facts.any_version) for build in builds):
        return None
    if any(build.version is None or build.version <= release.version for build in builds):
        return None
    return Refusal(
        package=facts.package,
        kind=RefusalKind.NEWER,
        specifier=facts.specifier,
        versions=_versions(facts.any_version),
        newest=release.version,
    )


def _pure_source(facts: RequestFacts) -> Refusal | None:
    release = facts.wanted_release
    if release is None or facts.source is None or facts.source.kind is not SourceKind.PURE:
        return None
    if not is_bare_source(facts.wanted.releases[0]):
        return None
    return Refusal(
        package=facts.package,
        kind=RefusalKind.PURE_SOURCE,
        versions=tuple((build.platform, release.version) for build in facts.wanted.newest),
    )


def _requested(facts: RequestFacts) -> Refusal | None:
    waiting = tuple(each for each in facts.existing if each.open)
    if not waiting:
        return None
    return Refusal(package=facts.package, kind=RefusalKind.REQUESTED, existing=waiting)
