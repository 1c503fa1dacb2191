"""What `wheels`, `why` and `tree` found out, made by hand for their pages."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.version import Version

from fakes.flet_versions import SHIPPED
from fakes.graphs import make_edge, make_graph, name
from fakes.targets import make_targets
from fakes.universe import Offer, Universe
from flet_lock.analysis.availability import PackageOffers, survey
from flet_lock.analysis.chains import chains_to
from flet_lock.analysis.tree import unfold
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.index.source import SourceFinding, SourceKind, SourceNotSeen
from flet_lock.resolution.problem.request import ResolutionRequest
from flet_lock.workflows.inspecting.locked_app import LockedApp, LockedPlatform, read_locked_app
from flet_lock.workflows.inspecting.tree import PlatformTree, TreeOutcome
from flet_lock.workflows.inspecting.wheels import WheelsOutcome
from flet_lock.workflows.inspecting.why import PlatformReasons, WhyOutcome
from flet_lock.workflows.outcome import Traffic

LOCKS = Path(__file__).parents[1] / "workflows" / "golden"
"""The reviewed locks of the example apps."""
TARGETS = tuple(
    target for python in ("3.12", "3.13", "3.14") for target in make_targets(python=python)
)
_ABIS = ("arm64_v8a", "armeabi_v7a", "x86_64")
_SLICES = ("arm64_iphoneos", "arm64_iphonesimulator", "x86_64_iphonesimulator")


def recorded_app(app: str, *, in_step: bool | None = True) -> LockedApp:
    """An example app's locks."""
    found = read_locked_app(LOCKS / app, options={}, environ=SHIPPED)
    return LockedApp(
        project_name=app,
        platforms=tuple(replace(each, in_step=in_step) for each in found.platforms),
    )


def uneven_app() -> LockedApp:
    """Links on some targets only, every class, a cycle, names that need two lines."""
    android = make_targets(["android"], python="3.14")
    first, second, third = android
    long_name = "a-package-whose-name-its-author-did-not-want-to-keep-short-at-all"
    graph = make_graph(
        {
            "": [
                "shell[fast]>=1",
                make_edge("radar; platform_machine == 'x86_64'", [third]),
                "flet-libsound",
            ],
            "shell": ["ring", make_edge("native<2", [first, second]), long_name],
            "ring": ["shell", "hollow"],
            "native": ["flet-libsound"],
            "hollow": [],
            "radar": ["ring"],
            long_name: ["ring>=1; python_version >= '3.9' and platform_system == 'Android'"],
            "flet-libsound": [],
            "built": [],
        },
        classes={
            "native": Availability.BINARY,
            "flet-libsound": Availability.BINARY,
            "hollow": Availability.HOLLOW,
            "radar": Availability.PURE_FALLBACK,
            "built": Availability.SOURCE_ONLY,
        },
        targets=android,
    )
    mixed = graph.nodes[name("ring")]
    graph.nodes[name("ring")] = replace(
        mixed,
        availability={
            first.slice_name: Availability.BINARY,
            second.slice_name: Availability.PURE_FALLBACK,
            third.slice_name: Availability.BINARY,
        },
    )
    return LockedApp(
        project_name='the "field" app <2>',
        platforms=(
            LockedPlatform(
                graph=graph,
                lock_path="pylock.android.toml",
                python_full_version="3.14.6",
                in_step=False,
            ),
        ),
    )


def why_outcome(app: LockedApp, package: str, *, limit: int = 10) -> WhyOutcome:
    """Who brought it in."""
    wanted = name(package)
    return WhyOutcome(
        app=app,
        package=wanted,
        platforms=tuple(
            PlatformReasons(
                locked=each,
                chains=chains_to(each.graph, wanted, limit=limit)
                if wanted in each.graph.nodes
                else None,
            )
            for each in app.platforms
        ),
    )


def tree_outcome(
    app: LockedApp, *, invert: str | None = None, depth: int | None = None
) -> TreeOutcome:
    """The graph unfolded."""
    start = None if invert is None else name(invert)
    return TreeOutcome(
        app=app,
        inverted=start,
        depth=depth,
        platforms=tuple(
            PlatformTree(
                locked=each,
                root=unfold(each.graph, start, upwards=start is not None, depth=depth)
                if start is None or start in each.graph.nodes
                else None,
            )
            for each in app.platforms
        ),
    )


def wheels_outcome(*packages: PackageOffers, everything: bool = False) -> WheelsOutcome:
    """What there is of packages."""
    return WheelsOutcome(
        packages=packages,
        everything=everything,
        seconds=0.25,
        traffic=Traffic(requests=3, bytes_received=4096, from_cache=2),
    )


def native_files(version: str, python: str, *, abis: Sequence[str] = _ABIS) -> list[Offer]:
    """A version's wheels on the Flet index, for one Python."""
    return [
        Offer(filename=f"speedy-{version}-{python}-{python}-{tag}.whl", index="flet")
        for tag in (
            *(f"android_24_{abi}" for abi in abis),
            *(f"ios_13_0_{slice_name}" for slice_name in _SLICES),
        )
    ]


def speedy_files() -> list[Offer]:
    """A package with a history: compiled, half ported, with a release for newer phones only."""
    uploaded = datetime(2026, 9, 1, tzinfo=UTC)

    def desktop(version: str) -> list[Offer]:
        return [
            Offer(filename=f"speedy-{version}-cp314-cp314-win_amd64.whl", uploaded=uploaded),
            Offer(filename=f"speedy-{version}.tar.gz", uploaded=uploaded),
        ]

    return [
        *desktop("3.2.0"),
        *desktop("3.1.0"),
        *desktop("3.0.0"),
        *(
            Offer(filename=f"speedy-3.0.0-cp314-cp314-android_28_{abi}.whl", index="flet")
            for abi in _ABIS
        ),
        *desktop("2.1.0"),
        *native_files("2.1.0", "cp314", abis=_ABIS[:1]),
        *desktop("2.0.0"),
        *native_files("2.0.0", "cp313"),
        *native_files("2.0.0", "cp314"),
        Offer(
            filename="speedy-1.1.0-py3-none-any.whl",
            requires_python=">=3.13",
            page_requires_python=">=3.13",
        ),
        Offer(filename="speedy-1.0.0-py3-none-any.whl"),
        Offer(filename="speedy-1.0.0-py3-none-win_amd64.whl"),
        Offer(filename="speedy-0.9.0-py2-none-any.whl", yanked="does not start"),
        Offer(filename="speedy-0.9.0.tar.gz", yanked="does not start"),
        Offer(filename="speedy-0.8.0rc1-py3-none-any.whl"),
    ]


def package_offers(
    files: Sequence[Offer], requirement: str = "speedy", *, everything: bool = False
) -> PackageOffers:
    """What files offer the targets of all Pythons."""
    wanted = Requirement(requirement)
    world = Universe({wanted.name: files} if files else {})
    request = ResolutionRequest(
        targets=TARGETS,
        requirements=(),
        prereleases=everything,
        index_order=("pypi", "flet"),
    )
    return survey(wanted, request, world, everything=everything)


def bare_package(kind: SourceKind | None) -> PackageOffers:
    """A package with an sdist and nothing else; None: that could not be looked into."""
    found = package_offers([Offer(filename="bare-1.4.0.tar.gz")], "bare")
    filename, version = "bare-1.4.0.tar.gz", Version("1.4.0")
    if kind is None:
        return replace(
            found,
            source=SourceNotSeen(filename=filename, version=version, detail="larger than 32 MB"),
        )
    pure = kind is SourceKind.PURE
    return replace(
        found,
        source=SourceFinding(
            filename=filename,
            version=version,
            kind=kind,
            evidence=("setup.py: no extensions",) if pure else ("setup.py: ext_modules", "b.c"),
            languages=() if pure else ("C",),
        ),
    )
