"""What a release offers a target."""

from pathlib import Path

import pytest
from packaging.tags import parse_tag
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from fakes.targets import make_targets
from flet_lock.model.answer.resolution import Availability
from flet_lock.model.index.artifact import Artifact, Sdist, SourceTree, Wheel
from flet_lock.targets.availability import classify_availability
from flet_lock.targets.compatibility import classify_wheel

REAL_FILES = (Path(__file__).parent / "pypi_files_2026_11_22.txt").read_text().split()


def artifact(filename: str, *, index: str = "pypi") -> Artifact:
    url = f"https://files.invalid/{filename}"
    if not filename.endswith(".whl"):
        name, version = parse_sdist_filename(filename)
        return Sdist(filename=filename, package=name, version=version, url=url, index=index)
    name, version, build, tags = parse_wheel_filename(filename)
    return Wheel(
        filename=filename,
        package=name,
        version=version,
        url=url,
        index=index,
        build=build,
        tags=tags,
    )


def release(*tags: str) -> list[Artifact]:
    wheels = [artifact(f"example-1.0-{one}.whl") for one in tags]
    return [*wheels, artifact("example-1.0.tar.gz")]


@pytest.mark.parametrize(
    ("tags", "availability"),
    [
        (["py3-none-any"], Availability.PURE),
        (["py2.py3-none-any"], Availability.PURE),
        (["cp313-none-any", "cp312-none-any"], Availability.PURE),
        (["cp313-cp313-android_24_arm64_v8a", "py3-none-any"], Availability.BINARY),
        (["cp310-abi3-android_24_arm64_v8a"], Availability.BINARY),
        (["py3-none-android_24_arm64_v8a", "py3-none-any"], Availability.BINARY),
        (["py3-none-any", "cp313-cp313-win_amd64"], Availability.PURE_FALLBACK),
        (["py3-none-any", "cp38-abi3-macosx_11_0_arm64"], Availability.PURE_FALLBACK),
        (["py3-none-any", "cp313-cp313-android_24_x86_64"], Availability.PURE_FALLBACK),
        (["py3-none-any", "py3-none-win_amd64"], Availability.HOLLOW),
        (["py2.py3-none-any", "py2.py3-none-macosx_10_9_x86_64"], Availability.HOLLOW),
        (
            ["py3-none-any", "py3-none-win_amd64", "cp313-cp313-win_amd64"],
            Availability.HOLLOW,
        ),
        (["py3-none-any.win_amd64"], Availability.HOLLOW),
        (["py2-none-any"], Availability.MISSING),
        (["cp313-cp313-win_amd64"], Availability.MISSING),
    ],
    ids=str,
)
def test_the_first_wheel_is_classed_by_its_company(
    tags: list[str], availability: Availability
) -> None:
    (target,) = make_targets(["android-arm64-v8a"])
    files = release(*tags)
    assert classify_availability(files[0], files, target) is availability
    assert classify_availability(files[0], files[::-1], target) is availability


def test_sources_are_sources_whatever_lies_beside_them() -> None:
    (target,) = make_targets(["ios-iphoneos.arm64"])
    files = release("py3-none-win_amd64")
    tree = SourceTree(
        filename="example",
        package=canonicalize_name("example"),
        version=Version("1.0"),
        url="file:///example",
        index=None,
    )
    for source in (files[-1], tree):
        assert classify_availability(source, files, target) is Availability.SOURCE_ONLY


def test_native_wheels_of_another_index_count() -> None:
    (target,) = make_targets(["android-armeabi-v7a"])
    pure = artifact("example-1.0-py3-none-any.whl")
    native = artifact("example-1.0-1-cp313-cp313-android_24_arm64_v8a.whl", index="flet")
    assert classify_availability(pure, [pure, native], target) is Availability.PURE_FALLBACK


@pytest.mark.parametrize(
    ("package", "name", "availability"),
    [
        ("wasmtime", "android-arm64-v8a", Availability.HOLLOW),
        ("aiohttp", "android-armeabi-v7a", Availability.PURE_FALLBACK),
        ("aiohttp", "android-arm64-v8a", Availability.BINARY),
        ("pyobjus", "ios-iphonesimulator.x86_64", Availability.BINARY),
    ],
)
def test_real_releases(package: str, name: str, availability: Availability) -> None:
    (target,) = make_targets([name], python="3.14")
    files = [artifact(one) for one in REAL_FILES if one.startswith(f"{package}-")]
    ranked = [
        (rank, one.filename, one)
        for one in files
        if isinstance(one, Wheel) and isinstance(rank := classify_wheel(one, target), int)
    ]
    assert classify_availability(min(ranked)[2], files, target) is availability


def test_wasmtime_is_whole_where_the_app_needs_android_8() -> None:
    (target,) = make_targets(["android-arm64-v8a"], android_api=26)
    files = [artifact(one) for one in REAL_FILES if one.startswith("wasmtime-")]
    assert parse_tag("py3-none-android_26_arm64_v8a") <= {
        tag for one in files if isinstance(one, Wheel) for tag in one.tags
    }
    (native,) = [one for one in files if one.filename.endswith("android_26_arm64_v8a.whl")]
    assert classify_availability(native, files, target) is Availability.BINARY
