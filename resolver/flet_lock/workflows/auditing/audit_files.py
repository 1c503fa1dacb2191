"""`flet-lock audit FILE.whl…` and `flet-lock audit NAME[==V]…`: wheels without an app."""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import Struct
from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import Version

from flet_lock.audit.finding import Level
from flet_lock.audit.native_facts import Processor, load_native_facts, processor_of
from flet_lock.audit.wheel_binaries import WheelBinaries
from flet_lock.index.repository import Repository
from flet_lock.model.app.settings import Settings
from flet_lock.model.errors.index import IndexFailure
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.event import Listener
from flet_lock.model.facts.slices import SLICES
from flet_lock.model.index.artifact import Wheel
from flet_lock.model.target import Platform, Target
from flet_lock.project.app import read_project
from flet_lock.targets.catalogue import Catalogue, load_catalogue
from flet_lock.targets.generations import load_generations
from flet_lock.targets.shipped_data import shipped_path
from flet_lock.workflows.auditing.audit_outcome import AuditedPackage, AuditOutcome, AuditTerms
from flet_lock.workflows.auditing.audited_slices import AuditedWheel, audit_wheels, python_of
from flet_lock.workflows.auditing.kept_binaries import KeptBinaries, sha256_of_file
from flet_lock.workflows.auditing.known_faults import KnownFaults, is_pure_name
from flet_lock.workflows.inspecting.package_arguments import parse_package
from flet_lock.workflows.repository import open_indexes

_TAG: Final = re.compile(
    r"(?P<platform>android|ios)_(?P<major>\d+)(?:_(?P<minor>\d+))?_(?P<abi>.+)"
)
_SLICES: Final = {(each.platform, each.tag): each.name for each in SLICES}
_FETCH_SECONDS: Final = 600.0
_MOST_PARTS: Final = 64
"""Range requests for one wheel: one for each binary, and some for its table of contents."""


class _NamedWheel(Struct, frozen=True, kw_only=True):
    """A wheel and what its name says."""

    package: NormalizedName
    version: Version
    filename: str
    tags: frozenset[Tag]
    digest: str | None = None
    """SHA-256."""


def audit_files(
    paths: Sequence[Path],
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    terms: AuditTerms,
) -> AuditOutcome:
    """Audits wheels that are here: each slice that one is for, by its name.

    Raises:
        UsageError: one is not there, or is not named as a wheel.
    """
    started = time.monotonic()
    _, settings = read_project(
        Path(), options=options, environ=environ, generations=load_generations()
    )
    kept = KeptBinaries(settings, load_native_facts())
    digests = {path: _digest(path) for path in paths}
    by_name = {path.name: path for path in paths}

    def content(wheel: _NamedWheel, processor: Processor) -> WheelBinaries:
        path = by_name[wheel.filename]
        known = kept.find(digests[path], processor)
        return known or kept.read_wheel(path, digests[path], processor)

    wheels = [_named(path.name, digests[path]) for path in paths]
    return _audited(wheels, settings, content, kept, started=started, terms=terms)


def audit_packages(
    root: Path,
    words: Sequence[str],
    *,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    terms: AuditTerms,
    listener: Listener,
) -> AuditOutcome:
    """Audits the wheels for phones of releases on the indexes: the newest that have any.

    Args:
        root: a folder; where it holds an app, the app's indexes are asked.
        words: `pillow`, `wasmtime==50.0.1`.
        options: the layer of options; `platform` and `arch` choose wheels.
        environ: the process environment.
        terms: what fails the run, and what is to be shown.
        listener: receives events of what is fetched.

    Raises:
        UsageError: a word is no package, or no index has such a release with binaries.
        IndexFailure: an index or a wheel could not be had.
    """
    started = time.monotonic()
    wanted = [parse_package(word) for word in words]
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    opened = open_indexes(settings, root=project.root, environ=environ, listener=listener)
    with closing(opened) as repository:
        repository.prefetch_listings(canonicalize_name(each.name) for each in wanted)
        artifacts = [file for each in wanted for file in _for_phones(each, repository, settings)]
        kept = KeptBinaries(settings, load_native_facts())
        read = _read_heads if terms.heads_only else _read_whole
        found = read([each for each in artifacts if not _is_known(each, kept)], repository, kept)

        def content(wheel: _NamedWheel, processor: Processor) -> WheelBinaries:
            name = wheel.filename
            return found.get((name, processor)) or kept.find(wheel.digest, processor) or _NOTHING

        wheels = [_named(each.filename, each.sha256) for each in artifacts]
        return _audited(wheels, settings, content, kept, started=started, terms=terms)


_NOTHING: Final = WheelBinaries(fault="it did not arrive in time")
_Contents = dict[tuple[str, Processor], WheelBinaries]
"""By file name and processor."""


def _processors(filename: str) -> list[Processor]:
    """The processors that a wheel is for, by its name."""
    targets = (target_of(tag, Settings()) for tag in _named(filename).tags)
    return list(dict.fromkeys(processor_of(each.slice_name) for each in targets if each))


def _is_known(wheel: Wheel, kept: KeptBinaries) -> bool:
    return all(kept.find(wheel.sha256, each) for each in _processors(wheel.filename))


def _read_whole(wheels: Sequence[Wheel], repository: Repository, kept: KeptBinaries) -> _Contents:
    """Fetches wheels, verified, and reads all of their binaries.

    Raises:
        IndexFailure: a wheel could not be had.
    """
    found: _Contents = {}
    copies = repository.local_copies(wheels, seconds=_FETCH_SECONDS)
    for wheel in wheels:
        path = copies[wheel.url]
        if isinstance(path, IndexFailure):
            raise path
        if path is not None:
            for each in _processors(wheel.filename):
                found[wheel.filename, each] = kept.read_wheel(path, wheel.sha256, each)
    return found


def _read_heads(wheels: Sequence[Wheel], repository: Repository, kept: KeptBinaries) -> _Contents:
    """Reads the first bytes of each binary, by Range requests; keeps nothing.

    Raises:
        IndexFailure: a wheel could not be had.
    """
    from flet_lock.audit.read_wheel import (  # noqa: PLC0415 - seldom
        read_wheel_binaries,
        read_wheel_heads,
    )

    facts = load_native_facts()
    jobs = [(wheel, each) for wheel in wheels for each in _processors(wheel.filename)]

    def reader(processor: Processor) -> Callable[..., bytes]:
        def read(file: IO[bytes], _package: NormalizedName, /) -> bytes:
            # Small wheels, and those of servers without ranges, are here as a whole.
            require: Callable[[int, int], None] | None = getattr(file, "require", None)
            content = (
                read_wheel_binaries(file, facts, processor)
                if require is None
                else read_wheel_heads(file, facts, processor, require)
            )
            return msgspec.msgpack.encode(content)

        return read

    parts = repository.read_parts(
        [(wheel, reader(each)) for wheel, each in jobs], most_parts=_MOST_PARTS
    )
    kept.read += len(jobs)
    return {
        (wheel.filename, each): msgspec.msgpack.decode(content, type=WheelBinaries)
        for (wheel, each), content in zip(jobs, parts, strict=True)
    }


def _for_phones(wanted: Requirement, repository: Repository, settings: Settings) -> Iterator[Wheel]:
    """The binary wheels for phones of the newest release that has any.

    Raises:
        UsageError: there is no such release.
    """
    name = canonicalize_name(wanted.name)
    listing = repository.listing(name)
    allowed = settings.prereleases
    is_allowed = allowed if isinstance(allowed, bool) else name in allowed
    prereleases = is_allowed or wanted.specifier.prereleases
    is_pinned = any(clause.operator in ("==", "===") for clause in wanted.specifier)
    for version in wanted.specifier.filter(listing.versions, prereleases=prereleases):
        found = [
            file
            for file in listing.for_phones(version)
            if isinstance(file, Wheel)
            and not is_pure_name(file.filename)
            and (is_pinned or file.yanked is None)
            and not _is_newer(file, settings)
            and any(target_of(tag, settings) for tag in file.tags)
        ]
        if found:
            yield from found
            return
    detail = "no release has wheels with binaries for phones" if listing.found else "unknown"
    raise UsageError(option="PACKAGE", value=str(wanted), detail=detail)


def _is_newer(file: Wheel, settings: Settings) -> bool:
    """Whether a file was uploaded after the cutoff."""
    cutoff, uploaded = settings.exclude_newer, file.upload_time
    return cutoff is not None and uploaded is not None and uploaded > cutoff


def _named(filename: str, digest: str | None = None) -> _NamedWheel:
    try:
        package, version, _, tags = parse_wheel_filename(filename)
    except (InvalidWheelFilename, ValueError) as error:
        raise UsageError(option="FILE", value=filename, detail="not the name of a wheel") from error
    return _NamedWheel(
        package=package, version=version, filename=filename, tags=tags, digest=digest
    )


def _digest(path: Path) -> str:
    try:
        return sha256_of_file(path)
    except OSError as error:
        detail = error.strerror or str(error)
        raise UsageError(option="FILE", value=str(path), detail=detail) from error


def _audited(
    wheels: Sequence[_NamedWheel],
    settings: Settings,
    content: Callable[[_NamedWheel, Processor], WheelBinaries],
    kept: KeptBinaries,
    *,
    started: float,
    terms: AuditTerms,
) -> AuditOutcome:
    catalogue = load_catalogue(shipped_path("python-releases.json"))
    releases: defaultdict[tuple[NormalizedName, Version], list[AuditedWheel]] = defaultdict(list)
    for wheel in wheels:
        for target in _targets(wheel, catalogue, settings):
            releases[wheel.package, wheel.version].append(
                AuditedWheel(
                    package=wheel.package,
                    version=wheel.version,
                    filename=wheel.filename,
                    target=target,
                    content=content(wheel, processor_of(target.slice_name)),
                )
            )
    packages = [
        package
        for own in releases.values()
        for package in audit_wheels(
            own,
            facts=load_native_facts(),
            generation=load_generations().newest,
            pythons=[each.version for each in catalogue.releases if not each.prerelease],
            incomplete=[each.target for each in own if each.content.requires_others],
        )
    ]
    if not terms.heads_only:
        _keep_verdicts(wheels, releases, packages, KnownFaults(settings))
    return AuditOutcome(
        subject="",
        packages=tuple(packages),
        wheels=len(wheels),
        read=kept.read,
        not_read=(),
        heads_only=terms.heads_only,
        fail_on=terms.fail_on,
        with_sizes=terms.with_sizes,
        seconds=time.monotonic() - started,
    )


def _keep_verdicts(
    wheels: Sequence[_NamedWheel],
    releases: Mapping[tuple[NormalizedName, Version], Sequence[AuditedWheel]],
    packages: Sequence[AuditedPackage],
    faults: KnownFaults,
) -> None:
    failing = {
        (package.package, package.version, name, python)
        for package in packages
        for found in package.findings
        if found.finding.level.is_at_least(Level.FAILS_IN_FLET)
        for name in found.slices
        for python in found.pythons
    }
    bad = {
        each.filename
        for (package, version), own in releases.items()
        for each in own
        if (package, version, each.target.slice_name, python_of(each.target)) in failing
    }
    for wheel in wheels:
        faults.keep(wheel.digest, fails=wheel.filename in bad)


def _targets(wheel: _NamedWheel, catalogue: Catalogue, settings: Settings) -> list[Target]:
    """The slices that a wheel is for, with the oldest Python and OS that its tags name.

    What its tags promise is what is checked: an app may ask for less.
    """
    found: dict[str, Target] = {}
    for tag in sorted(wheel.tags, key=str):
        target = target_of(tag, settings, default=catalogue.default.version)
        if target is not None:
            found.setdefault(target.slice_name, target)
    return [found[each.name] for each in SLICES if each.name in found]


def target_of(tag: Tag, settings: Settings, default: tuple[int, int] = (3, 14)) -> Target | None:
    """The target that a tag of a wheel names; None where it is no phone's, or is not wanted."""
    parts = _TAG.fullmatch(tag.platform)
    if parts is None:
        return None
    platform = Platform(parts["platform"])
    name = _SLICES.get((platform, parts["abi"]))
    if name is None or platform not in settings.platforms:
        return None
    if settings.archs and name not in settings.archs:
        return None
    minor = tag.interpreter.removeprefix("cp3")
    python = (3, int(minor)) if minor.isdecimal() else default
    if tag.abi == "abi3":
        python = max(python, (3, 12))
    if settings.python_version not in (None, "{}.{}".format(*python)):
        return None
    asked = (settings.android_api or 0, 0)
    if platform is Platform.IOS:
        asked = settings.ios_version or (0, 0)
    return Target(
        platform=platform,
        slice_name=name,
        python_version=python,
        python_full_version="{}.{}.0".format(*python),
        # Who names an OS knows that no older one counts.
        minimum_os=max(asked, (int(parts["major"]), int(parts["minor"] or 0))),
    )
