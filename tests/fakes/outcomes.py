"""Outcomes and errors with fixed values, as the reports would get them from a run."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from fakes.flet_versions import NEWEST, shipped_manifest
from fakes.targets import make_targets
from flet_lock.lockfile.changes import PackageChange, PackageState
from flet_lock.model.answer.blocker import (
    Blocker,
    ChainLink,
    Conflict,
    ConflictingRequirement,
    NoMatchingVersion,
    NoUsableRelease,
    PackageNotFound,
    RejectedRelease,
)
from flet_lock.model.answer.downgrade import Downgrade
from flet_lock.model.answer.drift import Drift, DriftKind
from flet_lock.model.answer.refusal import Refusal
from flet_lock.model.answer.rejection import (
    DesktopOnly,
    NotBuiltFromSource,
    OtherArchitecture,
    OtherPython,
    Rejection,
)
from flet_lock.model.answer.resolution import Availability, Edge, Pin, Resolution
from flet_lock.model.app.project import NoteKind, Project, ProjectNote
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.errors.resolution import CannotLock
from flet_lock.model.index.artifact import Artifact, Sdist, Wheel
from flet_lock.model.index.listing import IndexAnswer, IndexReply
from flet_lock.model.redaction import public_url
from flet_lock.model.target import Platform, Target
from flet_lock.project.diagnostics import PYPROJECT
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.wording.failure.blockers import explain_blockers
from flet_lock.targets.catalogue import load_catalogue
from flet_lock.workflows.fixing.enrich_failure import with_suggestions
from flet_lock.workflows.locking.check import CheckOutcome
from flet_lock.workflows.locking.lock_plan import LockPlan
from flet_lock.workflows.outcome import LockOutcome, PlatformOutcome, Traffic

ANDROID = make_targets(["android"], python="3.14")
IOS = make_targets(["ios"], python="3.14")
_TAGS = {
    "arm64-v8a": "android_24_arm64_v8a",
    "armeabi-v7a": "android_24_armeabi_v7a",
    "x86_64": "android_24_x86_64",
    "iphoneos.arm64": "ios_13_0_arm64_iphoneos",
    "iphonesimulator.arm64": "ios_13_0_arm64_iphonesimulator",
    "iphonesimulator.x86_64": "ios_13_0_x86_64_iphonesimulator",
}


def place(number: int) -> Place:
    return Place(file="pyproject.toml", path=("project", "dependencies", number))


def wheel(filename: str, *, index: str = "pypi") -> Wheel:
    name, version, build, tags = parse_wheel_filename(filename)
    return Wheel(
        filename=filename,
        package=name,
        version=version,
        url=f"https://files.example.org/{filename}",
        index=index,
        hashes={"sha256": "ab" * 32},
        size=12_345,
        build=build,
        tags=tags,
    )


def sdist(filename: str, *, index: str = "pypi") -> Sdist:
    name, _, version = filename.removesuffix(".tar.gz").rpartition("-")
    return Sdist(
        filename=filename,
        package=canonicalize_name(name),
        version=Version(version),
        url=f"https://files.example.org/{filename}",
        index=index,
    )


def pin(
    name: str,
    version: str,
    availability: Availability = Availability.PURE,
    *,
    targets: Sequence[Target],
    requires: Iterable[Edge] = (),
    mixed_origins: bool = False,
) -> Pin:
    escaped = name.replace("-", "_")
    native = availability is Availability.BINARY
    artifacts: dict[Target, Artifact] = {
        target: wheel(
            f"{escaped}-{version}-cp314-cp314-{_TAGS[target.slice_name]}.whl", index="flet"
        )
        if native
        else wheel(f"{escaped}-{version}-py3-none-any.whl")
        for target in targets
    }
    return Pin(
        package=canonicalize_name(name),
        version=Version(version),
        extras=frozenset(),
        artifacts=artifacts,
        availability=dict.fromkeys((one.slice_name for one in targets), availability),
        requires=tuple(requires),
        mixed_origins=mixed_origins,
    )


def edge(
    name: str,
    specifier: str = "",
    *,
    targets: Sequence[Target],
    marker: str | None = None,
    uncertain: bool = False,
) -> Edge:
    return Edge(
        package=canonicalize_name(name),
        specifier=specifier,
        slices=tuple(target.slice_name for target in targets),
        marker=marker,
        uncertain=uncertain,
    )


def changes(*rows: tuple[str, str | None, str | None]) -> tuple[PackageChange, ...]:
    return tuple(
        PackageChange(package=canonicalize_name(name), before=_state(before), after=_state(after))
        for name, before, after in rows
    )


def _state(version: str | None) -> PackageState | None:
    if version is None:
        return None
    return PackageState(version=Version(version), availability=Availability.PURE)


def platform_outcome(
    targets: Sequence[Target],
    pins: Sequence[Pin],
    *,
    changed: Sequence[PackageChange] = (),
    had_lock: bool = True,
    downgrades: Sequence[Downgrade] = (),
    requires: Sequence[Edge] = (),
    written: bool = True,
) -> PlatformOutcome:
    platform = targets[0].platform
    return PlatformOutcome(
        resolution=Resolution(
            platform=platform,
            targets=tuple(targets),
            pins=tuple(pins),
            requires=tuple(requires),
            replies=(reply("pypi", pins[0].package),),
            downgrades=tuple(downgrades),
        ),
        lock_path=f"pylock.{platform}.toml",
        written=written,
        changes=tuple(changed),
        had_lock=had_lock,
        differs=bool(changed),
    )


def lock_outcome(*platforms: PlatformOutcome, **changed: object) -> LockOutcome:
    values: dict[str, object] = {
        "project_name": "weather",
        "python_full_version": "3.14.6",
        "platforms": platforms,
        "notes": (),
        "cutoff_exempt": (),
        "dry_run": False,
        "seconds": 0.312,
        "traffic": Traffic(requests=12, bytes_received=1_234_567, from_cache=40),
    }
    return LockOutcome(**(values | changed))  # type: ignore[arg-type] # the keys are its fields


_PURE = (
    ("anyio", "4.13.0"),
    ("certifi", "2026.10.5"),
    ("flet", "1.0.5"),
    ("h11", "0.16.0"),
    ("httpcore", "1.0.9"),
    ("httpx", "0.28.1"),
    ("idna", "3.11"),
    ("msgpack", "1.1.2"),
    ("oauthlib", "3.3.1"),
    ("repath", "0.9.0"),
    ("six", "1.17.0"),
)


def hello() -> LockOutcome:
    """Flet only: pure, the same on both platforms, locked for the first time."""
    return lock_outcome(
        *(
            platform_outcome(
                targets,
                [pin(name, version, targets=targets) for name, version in _PURE],
                changed=changes(*((name, None, version) for name, version in _PURE)),
                had_lock=False,
            )
            for targets in (ANDROID, IOS)
        ),
    )


def data_app(*, strict: bool = False, dry_run: bool = False) -> LockOutcome:
    """Everything there is to say about a lock that succeeded."""
    android = [
        *(pin(name, version, targets=ANDROID) for name, version in _PURE),
        pin(
            "charset-normalizer",
            "3.4.4",
            Availability.PURE_FALLBACK,
            targets=ANDROID,
            requires=[
                edge("tzdata", targets=ANDROID, uncertain=True, marker="platform_release < '5'")
            ],
        ),
        pin("contourpy", "1.3.3", Availability.BINARY, targets=ANDROID),
        pin("matplotlib", "3.10.8", Availability.BINARY, targets=ANDROID),
        pin("numpy", "2.3.5", Availability.BINARY, targets=ANDROID, mixed_origins=True),
        pin("pandas", "2.2.3", Availability.BINARY, targets=ANDROID),
        pin("pillow", "11.3.0", Availability.BINARY, targets=ANDROID),
        pin("pydantic", "1.10.24", targets=ANDROID),
        pin("sounddevice", "0.5.3", Availability.HOLLOW, targets=ANDROID),
        pin("tzdata", "2026.2", targets=ANDROID),
    ]
    ios = [each for each in android if each.package not in ("tzdata", "sounddevice")]
    ios = [
        pin(
            str(each.package),
            str(each.version),
            next(iter(each.availability.values())),
            targets=IOS,
        )
        for each in ios
    ]
    pydantic = Downgrade(
        package=canonicalize_name("pydantic"),
        taken=Version("1.10.24"),
        newest=Version("2.14.0"),
        taken_uploaded=datetime(2025, 9, 25, 1, 36, 33, tzinfo=UTC),
        newest_uploaded=datetime(2026, 11, 3, 9, 12, tzinfo=UTC),
        cause=canonicalize_name("pydantic-core"),
        cause_version=Version("2.50.0"),
        cause_requirement="pydantic-core==2.50.0",
        targets=ANDROID,
        rejections=desktop_only("pydantic_core", "2.50.0"),
    )
    pandas = Downgrade(
        package=canonicalize_name("pandas"),
        taken=Version("2.2.3"),
        newest=Version("2.3.3"),
        taken_uploaded=None,
        newest_uploaded=datetime(2025, 9, 29, 23, 16, 53, tzinfo=UTC),
        cause=canonicalize_name("pandas"),
        cause_version=Version("2.3.3"),
        cause_requirement="",
        targets=ANDROID[1:2],
        rejections=(
            OtherArchitecture(
                filename="pandas-2.3.3-1-cp314-cp314-android_24_arm64_v8a.whl",
                architectures=("arm64-v8a",),
            ),
            OtherArchitecture(
                filename="pandas-2.3.3-1-cp314-cp314-android_24_x86_64.whl",
                architectures=("x86_64",),
            ),
            *desktop_only("pandas", "2.3.3"),
        ),
    )
    moved = changes(
        ("attrs", "25.4.0", None), ("numpy", "2.2.2", "2.3.5"), ("sounddevice", None, "0.5.3")
    )
    return lock_outcome(
        platform_outcome(
            ANDROID, android, changed=moved, downgrades=[pandas, pydantic], written=not dry_run
        ),
        platform_outcome(
            IOS,
            ios,
            changed=moved[:2],
            downgrades=[replace(pydantic, targets=IOS)],
            written=not dry_run,
        ),
        notes=(
            ProjectNote(
                kind=NoteKind.REQUIREMENTS_TXT_IGNORED, place=Place(file="requirements.txt")
            ),
        ),
        cutoff_exempt=("flet",),
        strict=strict,
        dry_run=dry_run,
        seconds=2.5,
    )


def desktop_only(escaped: str, version: str) -> tuple[Rejection, ...]:
    return (
        DesktopOnly(
            filename=f"{escaped}-{version}-cp314-cp314-macosx_11_0_arm64.whl", systems=("macOS",)
        ),
        DesktopOnly(
            filename=f"{escaped}-{version}-cp314-cp314-manylinux_2_28_x86_64.whl",
            systems=("Linux",),
        ),
        DesktopOnly(
            filename=f"{escaped}-{version}-cp314-cp314-win_amd64.whl", systems=("Windows",)
        ),
        NotBuiltFromSource(filename=f"{escaped}-{version}.tar.gz"),
    )


def reply(index: str, package: str, *, found: bool = True) -> IndexReply:
    return IndexReply(
        index=index,
        url=public_url(f"https://{index}.example.org/simple/{package}/"),
        answer=IndexAnswer.FOUND if found else IndexAnswer.NOT_FOUND,
        gives_upload_times=index == "pypi",
    )


def link(name: str, version: str | None, requirement: str) -> ChainLink:
    return ChainLink(
        package=canonicalize_name(name),
        version=None if version is None else Version(version),
        requirement=requirement,
    )


def no_32_bit_arm() -> NoUsableRelease:
    """pyarrow: PyPI has desktop wheels, Flet's index an older release without 32-bit ARM."""
    newest, older = Version("25.0.0"), Version("20.0.0")
    phone = [
        wheel(f"pyarrow-20.0.0-cp314-cp314-{_TAGS[target.slice_name]}.whl", index="flet")
        for target in (ANDROID[0], ANDROID[2])
    ]
    desktop = desktop_only("pyarrow", "25.0.0")
    return NoUsableRelease(
        package=canonicalize_name("pyarrow"),
        platform=Platform.ANDROID,
        targets=ANDROID,
        chain=(link("data-kit", "2.1", "data-kit>=2"), link("pyarrow", None, "pyarrow>=15")),
        places=(place(2),),
        requirements=(Requirement("pyarrow>=15"),),
        matching=(newest, older),
        rejected=(
            RejectedRelease(
                version=newest,
                artifacts=(
                    *(wheel(each.filename) for each in desktop[:3]),
                    sdist("pyarrow-25.0.0.tar.gz"),
                ),
                rejections=tuple((target, desktop) for target in ANDROID),
            ),
            RejectedRelease(
                version=older,
                artifacts=tuple(phone),
                rejections=(
                    (
                        ANDROID[1],
                        tuple(
                            OtherArchitecture(
                                filename=each.filename, architectures=(target.slice_name,)
                            )
                            for each, target in zip(phone, (ANDROID[0], ANDROID[2]), strict=True)
                        ),
                    ),
                ),
            ),
        ),
        newest=newest,
        usable=((older, (ANDROID[0], ANDROID[2])),),
        replies=(reply("pypi", "pyarrow"), reply("flet", "pyarrow")),
    )


def sources_only(
    name: str = "docopt", targets: Sequence[Target] = ANDROID, *, number: int = 1
) -> NoUsableRelease:
    """A pure package that was only ever published as an sdist."""
    version = Version("0.6.2")
    filename = f"{name}-{version}.tar.gz"
    return NoUsableRelease(
        package=canonicalize_name(name),
        platform=targets[0].platform,
        targets=tuple(targets),
        chain=(link(name, None, name),),
        places=(place(number),),
        requirements=(Requirement(name),),
        matching=(version,),
        rejected=(
            RejectedRelease(
                version=version,
                artifacts=(sdist(filename),),
                rejections=tuple(
                    (target, (NotBuiltFromSource(filename=filename),)) for target in targets
                ),
            ),
        ),
        newest=version,
        usable=(),
        replies=(reply("pypi", name), reply("flet", name, found=False)),
    )


def other_python() -> NoUsableRelease:
    """lxml: Android wheels for another Python only, and desktop wheels."""
    version = Version("6.0.2")
    artifacts = tuple(
        wheel(f"lxml-6.0.2-cp313-cp313-{_TAGS[target.slice_name]}.whl", index="flet")
        for target in ANDROID
    )
    return NoUsableRelease(
        package=canonicalize_name("lxml"),
        platform=Platform.ANDROID,
        targets=ANDROID,
        chain=(link("lxml", None, "lxml>=6"),),
        places=(place(4),),
        requirements=(Requirement("lxml>=6"),),
        matching=(version,),
        rejected=(
            RejectedRelease(
                version=version,
                artifacts=artifacts,
                rejections=tuple(
                    (
                        target,
                        (
                            OtherPython(
                                filename=artifact.filename,
                                interpreters=("cp313",),
                                abis=("cp313",),
                                python_version=(3, 14),
                            ),
                        ),
                    )
                    for target, artifact in zip(ANDROID, artifacts, strict=True)
                ),
            ),
        ),
        newest=version,
        usable=(),
        replies=(reply("pypi", "lxml"), reply("flet", "lxml")),
    )


def not_found(name: str = "reqeusts", platform: Platform = Platform.ANDROID) -> PackageNotFound:
    return PackageNotFound(
        package=canonicalize_name(name),
        platform=platform,
        targets=ANDROID if platform is Platform.ANDROID else IOS,
        chain=(link(name, None, f"{name}>=2"),),
        places=(place(0),),
        replies=(reply("pypi", name, found=False), reply("flet", name, found=False)),
    )


def no_matching_version(name: str = "httpx", newest: str | None = "0.28.1") -> NoMatchingVersion:
    return NoMatchingVersion(
        package=canonicalize_name(name),
        platform=Platform.ANDROID,
        targets=ANDROID,
        chain=(link(name, None, f"{name}>=1.0"),),
        places=(place(3),),
        requirements=(Requirement(f"{name}>=1.0"),),
        newest=None if newest is None else Version(newest),
        replies=(reply("pypi", name), reply("flet", name, found=False)),
    )


def conflict() -> Conflict:
    return Conflict(
        package=canonicalize_name("numpy"),
        platform=Platform.ANDROID,
        targets=ANDROID,
        chain=(link("numpy", None, "numpy>=2.1"),),
        places=(place(5),),
        requirements=(
            ConflictingRequirement(
                requirement=Requirement("numpy>=2.1"),
                required_by=None,
                chain=(link("numpy", None, "numpy>=2.1"),),
            ),
            ConflictingRequirement(
                requirement=Requirement("numpy<2"),
                required_by=link("old-maths", "1.4", "old-maths~=1.4"),
                chain=(
                    link("data-kit", "2.1", "data-kit>=2"),
                    link("old-maths", "1.4", "old-maths~=1.4"),
                    link("numpy", None, "numpy<2"),
                ),
            ),
        ),
    )


def every_blocker() -> tuple[Blocker, ...]:
    return (not_found(), no_matching_version(), no_32_bit_arm(), conflict())


def cannot_lock(*blockers: Blocker, **facts: object) -> CannotLock:
    """Blockers with the suggestions that follow from them, none of which was tried.

    Args:
        blockers: none: one of every kind.
        facts: of the refusal, besides.
    """
    refusal = Refusal(blockers=blockers or every_blocker())
    texts = {PYPROJECT: text_of(refusal.blockers)}
    listed = with_suggestions(refusal, plan_of(refusal.blockers), texts)
    return CannotLock(refusal=replace(listed, **facts))


def explained(*blockers: Blocker) -> tuple[Explanation, ...]:
    """What is told of blockers, each problem an explanation."""
    return explain_blockers(cannot_lock(*blockers).refusal)


def plan_of(blockers: Iterable[Blocker]) -> LockPlan:
    """The plan of an app that asks for what leads to blockers, and for nothing else."""
    requirements = {
        each.places[0]: ProjectRequirement(
            requirement=Requirement(each.chain[0].requirement), place=each.places[0]
        )
        for each in blockers
        if each.places and each.chain
    }
    project = Project(root=Path("/nowhere"), name="app", requirements=tuple(requirements.values()))
    return LockPlan(
        project=project,
        settings=None,  # type: ignore[arg-type]  # nothing that is suggested depends on it
        generation=NEWEST,
        catalogue=load_catalogue(shipped_manifest()),
        targets=(*ANDROID, *IOS),
        inputs={},
        places={},
        files=None,
    )


def text_of(blockers: Iterable[Blocker]) -> str:
    """A pyproject.toml that has the requirements of blockers where they say."""
    entries = {
        _number(each.places[0]): each.chain[0].requirement
        for each in blockers
        if each.places and each.chain and each.places[0].file == PYPROJECT
    }
    count = max(entries, default=0) + 1
    listed = [entries.get(number, f"filler-{number}") for number in range(count)]
    return f'[project]\nname = "app"\ndependencies = {json.dumps(listed)}\n'


def _number(where: Place) -> int:
    return int(str(where.key).rpartition("[")[2].removesuffix("]"))


def cannot_lock_for_android() -> CannotLock:
    return cannot_lock(sources_only(), no_32_bit_arm())


def cannot_lock_for_both() -> CannotLock:
    return cannot_lock(
        sources_only(),
        not_found(),
        sources_only(targets=IOS),
        not_found(platform=Platform.IOS),
    )


def ten_blockers() -> CannotLock:
    return cannot_lock(
        conflict(),
        no_32_bit_arm(),
        no_matching_version(),
        not_found(),
        other_python(),
        *(sources_only(f"source-only-{n}", number=5 + n) for n in range(1, 6)),
    )


def check_outcome(*drifts: Drift) -> CheckOutcome:
    return CheckOutcome(
        project_name="weather",
        platforms=(Platform.ANDROID, Platform.IOS),
        drifts=drifts,
        locking_command="flet-lock",
        notes=(),
        seconds=0.012,
    )


def drift(
    kind: DriftKind,
    added: Sequence[str] = (),
    removed: Sequence[str] = (),
    places: Sequence[Place | None] = (),
    platform: Platform = Platform.ANDROID,
) -> Drift:
    return Drift(
        platform=platform,
        kind=kind,
        added=tuple(added),
        removed=tuple(removed),
        places=tuple(places),
    )


def drifted() -> CheckOutcome:
    """A new dependency and a moved bound in both locks, and an architecture less for Android."""
    asked = ("httpx>=0.28", "numpy>=2.3")
    places = (place(1), place(2))
    return check_outcome(
        drift(DriftKind.REQUIREMENTS, asked, ("numpy>=2.2", "six"), places),
        drift(DriftKind.SLICES, (), ("armeabi-v7a",)),
        drift(DriftKind.PYTHON, ("3.14",), ("3.13",)),
        drift(DriftKind.REQUIREMENTS, asked, ("numpy>=2.2", "six"), places, Platform.IOS),
        drift(DriftKind.PYTHON, ("3.14",), ("3.13",), (), Platform.IOS),
    )


MOMENT = datetime(2026, 11, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 11, 20, 12, tzinfo=UTC)
Facts = Mapping[str, object]
