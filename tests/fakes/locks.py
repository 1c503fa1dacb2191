"""Answers of a resolver and the locks made of them: by hand, and by Hypothesis."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from fakes.targets import make_targets, platform_tag, short_name
from flet_lock.boundary.plain_text import steers
from flet_lock.lockfile.contents import Lock, lock_from_resolution
from flet_lock.model.answer.resolution import Availability, Edge, Pin, Resolution
from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.index.artifact import Artifact, Sdist, SourceTree, Wheel
from flet_lock.model.target import Platform, Target

ROOT = Path("/app")
INDEX_URLS = {
    "pypi": "https://pypi.org/simple",
    "flet": "https://pypi.flet.dev",
    "folder": "/app/wheels",
}
UPLOADED = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


def make_inputs(
    targets: Sequence[Target],
    **changes: Any,  # noqa: ANN401 - any field of the class, of its own type
) -> LockInputs:
    """What such a lock is made for."""
    first = targets[0]
    major, minor = first.minimum_os
    inputs = LockInputs(
        platform=first.platform,
        generation="1.0",
        requirements=("flet>=0.80", "numpy>=2"),
        constraints=(),
        overrides=(),
        python=".".join(map(str, first.python_version)),
        requires_python=">=3.11",
        slices=tuple(target.slice_name for target in targets),
        minimum_os=str(major) if first.platform is Platform.ANDROID else f"{major}.{minor}",
        source_packages=(),
        indexes=("pypi=https://pypi.org/simple", "flet=https://pypi.flet.dev"),
        sources=(),
        groups=(),
        extras=(),
        prereleases=(),
        exclude_newer="",
        same_versions=False,
        catalogue="sha256:" + "0" * 64,
    )
    return replace(inputs, **changes)


def make_wheel_artifact(
    filename: str,
    *,
    index: str | None = "pypi",
    url: str | None = None,
    content: bytes | None = None,
    **changes: Any,  # noqa: ANN401 - any field of the class, of its own type
) -> Wheel:
    """A wheel as an index would list it; `content` decides its digest and its size."""
    name, version, build, tags = parse_wheel_filename(filename)
    data = filename.encode() if content is None else content
    wheel = Wheel(
        filename=filename,
        package=name,
        version=version,
        url=url or f"https://files.example/{name}/{filename}",
        index=index,
        hashes={"sha256": hashlib.sha256(data).hexdigest()},
        size=len(data),
        upload_time=UPLOADED,
        build=build,
        tags=tags,
    )
    return replace(wheel, **changes)


def make_pin(
    artifacts: Mapping[Target, Artifact],
    *,
    requires: Sequence[Edge] = (),
    availability: Availability | Mapping[str, Availability] = Availability.PURE,
) -> Pin:
    """A pin of the package that its artifacts are of."""
    first = next(iter(artifacts.values()))
    return Pin(
        package=first.package,
        version=first.version,
        extras=frozenset(),
        artifacts=artifacts,
        availability=dict.fromkeys((target.slice_name for target in artifacts), availability)
        if isinstance(availability, Availability)
        else availability,
        requires=tuple(requires),
    )


def make_edge(
    package: str,
    targets: Sequence[Target],
    specifier: str = "",
    **more: Any,  # noqa: ANN401 - any field of the class, of its own type
) -> Edge:
    """An edge without extras or a marker, unless `more` says so."""
    edge = Edge(
        package=canonicalize_name(package),
        specifier=specifier,
        slices=tuple(target.slice_name for target in targets),
    )
    return replace(edge, **more)


def make_lock(
    resolution: Resolution, inputs: LockInputs | None = None, *, root: Path = ROOT
) -> Lock:
    """The lock of an answer, in the project's folder."""
    return lock_from_resolution(
        resolution,
        inputs if inputs is not None else make_inputs(resolution.targets),
        index_urls=INDEX_URLS,
        python_full_version=resolution.targets[0].python_full_version,
        project_root=root,
        lock_dir=root,
    )


def example_resolution(platform: Platform = Platform.ANDROID) -> Resolution:
    """A small answer with everything in it that people meet."""
    targets = make_targets([platform.value], python="3.14")
    first = targets[0]
    native = {
        target: make_wheel_artifact(
            f"numpy-2.3.1-1-cp314-cp314-{platform_tag(short_name(target))}.whl",
            index="flet",
            upload_time=None,
        )
        for target in targets
    }
    flet = make_wheel_artifact("flet-0.80.1-py3-none-any.whl")
    speedups = make_wheel_artifact(
        f"speedups-1.0-py3-none-{platform_tag(short_name(first))}.whl", index="flet"
    )
    local = make_wheel_artifact(
        "house_rules-3.0-py3-none-any.whl",
        index="folder",
        url=(ROOT / "wheels").as_uri() + "/house_rules-3.0-py3-none-any.whl",
    )
    sdist = Sdist(
        filename="oldie-1.2.tar.gz",
        package=canonicalize_name("oldie"),
        version=Version("1.2"),
        url="https://files.example/oldie/oldie-1.2.tar.gz",
        index="pypi",
        hashes={"sha256": "5" * 64, "md5": "6" * 32},
        size=12,
        upload_time=UPLOADED.replace(microsecond=0),
    )
    tree = SourceTree(
        filename="widgets",
        package=canonicalize_name("widgets"),
        version=Version("0.1"),
        url="git+https://git.example/team/widgets.git@main#subdirectory=python",
        index=None,
        commit="c" * 40,
        vcs="git",
        requested_revision="main",
        subdirectory="python",
    )
    direct = make_wheel_artifact("pinned-1.0-py3-none-any.whl", index=None)
    return Resolution(
        platform=platform,
        targets=targets,
        pins=(
            make_pin(dict.fromkeys(targets, flet), requires=[make_edge("oldie", targets, ">=1")]),
            make_pin(dict.fromkeys(targets, local)),
            make_pin(
                native,
                availability=Availability.BINARY,
                requires=[
                    make_edge("speedups", [first], ">=1", marker="extra == 'x'", uncertain=True)
                ],
            ),
            make_pin(dict.fromkeys(targets, sdist), availability=Availability.SOURCE_ONLY),
            make_pin(dict.fromkeys(targets, direct)),
            make_pin({first: speedups}, availability=Availability.BINARY),
            make_pin(dict.fromkeys(targets, tree), availability=Availability.SOURCE_ONLY),
        ),
        requires=(
            make_edge("flet", targets, ">=0.80"),
            make_edge("house-rules", targets),
            make_edge("numpy", targets, ">=2"),
            make_edge(
                "pinned", targets, "@ https://files.example/pinned/pinned-1.0-py3-none-any.whl"
            ),
            make_edge("widgets", targets, "@ git+https://git.example/team/widgets.git@main"),
        ),
    )


_NAMES = ("ada", "bob-2", "c.d", "e_f", "zope-interface", "numpy")
# What comes from outside is plain text before anything is made of it.
_texts = st.text(st.characters(), max_size=12).filter(lambda text: not steers(text))
_markers = st.sampled_from(["os_name == 'posix'", 'extra == "x" or python_version < "3.14"'])
_words = _texts.filter(bool)


@st.composite
def resolutions(draw: st.DrawFn) -> Resolution:
    """Any answer that a lock can hold: files of every kind, on any part of the targets."""
    platform = draw(st.sampled_from(Platform))
    every = make_targets([platform.value], python=draw(st.sampled_from(["3.12", "3.13", "3.14"])))
    targets = tuple(sorted(draw(st.sets(st.sampled_from(every), min_size=1)), key=every.index))
    names = draw(st.lists(st.sampled_from(_NAMES), unique_by=canonicalize_name))
    needing = {
        canonicalize_name(name): tuple(
            sorted(draw(st.sets(st.sampled_from(targets), min_size=1)), key=every.index)
        )
        for name in names
    }
    pins = [
        make_pin(
            draw(_artifacts(package, where)),
            requires=draw(_edges(list(needing), where)),
            availability={
                target.slice_name: draw(st.sampled_from(Availability)) for target in where
            },
        )
        for package, where in needing.items()
    ]
    return Resolution(
        platform=platform,
        targets=targets,
        pins=tuple(sorted(pins, key=lambda pin: pin.package)),
        requires=draw(_edges(list(needing), targets)),
    )


@st.composite
def _edges(
    draw: st.DrawFn, names: Sequence[NormalizedName], where: Sequence[Target]
) -> tuple[Edge, ...]:
    if not names:
        return ()
    edges = [
        make_edge(
            name,
            sorted(draw(st.sets(st.sampled_from(where), min_size=1)), key=where.index),
            draw(st.sampled_from(["", ">=1,<2", "==1.*", "@ https://u:p@host.example/a.whl"])),
            extras=tuple(
                map(canonicalize_name, sorted(draw(st.sets(st.sampled_from(["x", "y-z"])))))
            ),
            marker=draw(st.none() | _markers),
            uncertain=draw(st.booleans()),
        )
        for name in draw(st.lists(st.sampled_from(names), max_size=3))
    ]
    return tuple(sorted(edges, key=lambda edge: edge.package))


@st.composite
def _artifacts(
    draw: st.DrawFn, package: NormalizedName, where: Sequence[Target]
) -> dict[Target, Artifact]:
    kind = draw(st.sampled_from(["pure", "binary", "mixed", "sdist", "direct", "folder", "git"]))
    version = draw(st.sampled_from(["1.0", "2!3.0.post1", "4.0rc1"]))
    stem = f"{package.replace('-', '_')}-{version}"
    if kind in ("folder", "git"):
        return dict.fromkeys(where, draw(_trees(package, version, kind)))
    facts: dict[str, Any] = {
        "size": draw(st.none() | st.integers(0, 2**62)),
        "upload_time": draw(
            st.none() | st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
        ),
        "hashes": {
            "sha256": draw(st.sampled_from(["a" * 64, "B" * 64])),
            **draw(st.sampled_from([{}, {"md5": "c" * 32}, {"sha512": "d" * 128}])),
        },
    }
    if kind == "sdist":
        sdist = Sdist(
            filename=f"{stem}.tar.gz",
            package=package,
            version=Version(version),
            url=draw(_urls(f"{stem}.tar.gz")),
            index="pypi",
            **facts,
        )
        return dict.fromkeys(where, sdist)
    artifacts: dict[Target, Artifact] = {}
    pure = make_wheel_artifact(
        f"{stem}-py3-none-any.whl", index=draw(st.sampled_from(["pypi", "flet"])), **facts
    )
    pure = replace(pure, url=draw(_urls(pure.filename)))
    for target in where:
        if kind in ("pure", "direct") or (kind == "mixed" and draw(st.booleans())):
            artifacts[target] = pure if kind != "direct" else replace(pure, index=None)
            continue
        tag = f"cp3{target.python_version[1]}-cp3{target.python_version[1]}"
        filename = f"{stem}-{draw(st.integers(0, 3))}-{tag}-{platform_tag(short_name(target))}.whl"
        artifacts[target] = make_wheel_artifact(
            filename,
            index=draw(st.sampled_from(["pypi", "flet", "folder"])),
            url=draw(_urls(filename)),
            **facts,
        )
    return artifacts


@st.composite
def _urls(draw: st.DrawFn, filename: str) -> str:
    return draw(
        st.sampled_from(
            [
                f"https://files.example/{filename}",
                f"https://user:secret@files.example/a%20b/{filename}",
                f"https://files.example/download?file={filename}",
                (ROOT / "wheels" / filename).as_uri(),
            ]
        )
        | _words.filter(lambda word: word not in (".", "..") and "/" not in word).map(
            lambda word: (ROOT / word / filename).as_uri()
        )
    )


@st.composite
def _trees(draw: st.DrawFn, package: NormalizedName, version: str, kind: str) -> SourceTree:
    subdirectory = draw(st.none() | st.just("python"))
    if kind == "folder":
        return SourceTree(
            filename=package,
            package=package,
            version=Version(version),
            url=(ROOT / "libs" / package).as_uri(),
            index=None,
            subdirectory=subdirectory,
        )
    return SourceTree(
        filename=package,
        package=package,
        version=Version(version),
        url=draw(
            st.sampled_from(
                ["git+https://user:secret@git.example/a.git@v1", "git+file:///app/repositories/a"]
            )
        ),
        index=None,
        vcs="git",
        commit="f" * 40,
        requested_revision=draw(st.none() | _texts.filter(lambda text: text[:1] != "-")),
        subdirectory=subdirectory,
    )


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    """Any lock, with any text in its inputs."""
    resolution = draw(resolutions())
    items = st.lists(_texts, max_size=3, unique=True).map(tuple)
    inputs = make_inputs(
        resolution.targets,
        requirements=draw(items),
        constraints=draw(items),
        indexes=draw(items),
        exclude_newer=draw(_texts),
        requires_python=draw(_texts),
        same_versions=draw(st.booleans()),
    )
    return make_lock(resolution, inputs)
