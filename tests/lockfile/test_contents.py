from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.locks import (
    INDEX_URLS,
    ROOT,
    example_resolution,
    make_inputs,
    make_lock,
    make_pin,
    make_wheel_artifact,
)
from fakes.targets import make_targets
from flet_lock.lockfile.contents import (
    Lock,
    artifacts_without_hashes,
    lock_from_resolution,
)
from flet_lock.lockfile.format.write_lock import render_lock
from flet_lock.lockfile.package import LockedFile, LockedPackage, LockedTree
from flet_lock.model.answer.resolution import Availability, Resolution
from flet_lock.model.errors.index import DirectReferenceFailure
from flet_lock.model.index.artifact import Artifact, Sdist, SourceTree
from flet_lock.model.target import Platform, Target

TARGETS = make_targets(["android"])
FIRST, SECOND, THIRD = TARGETS


def answer(*artifacts: dict[Target, Artifact], targets: tuple[Target, ...] = TARGETS) -> Resolution:
    return Resolution(
        platform=targets[0].platform,
        targets=targets,
        pins=tuple(make_pin(one) for one in artifacts),
        requires=(),
    )


def package_of(artifacts: dict[Target, Artifact]) -> LockedPackage:
    (package,) = make_lock(answer(artifacts)).packages
    return package


def test_a_wheel_that_serves_several_targets_is_listed_once() -> None:
    pure = make_wheel_artifact("a-1.0-py3-none-any.whl")
    native = make_wheel_artifact("a-1.0-2-cp313-cp313-android_24_arm64_v8a.whl", index="flet")
    package = package_of({FIRST: native, SECOND: pure, THIRD: pure})
    assert [wheel.filename for wheel in package.wheels] == [native.filename, pure.filename]
    assert package.chosen == {
        "arm64-v8a": native.filename,
        "armeabi-v7a": pure.filename,
        "x86_64": pure.filename,
    }


def test_wheels_of_another_index_than_the_package_s_own_are_named() -> None:
    pure = make_wheel_artifact("a-1.0-py3-none-any.whl")
    native = make_wheel_artifact("a-1.0-cp313-cp313-android_24_arm64_v8a.whl", index="flet")
    package = package_of({FIRST: native, SECOND: pure, THIRD: pure})
    assert package.index == "https://pypi.flet.dev"
    assert package.other_indexes == {pure.filename: "https://pypi.org/simple"}


def test_wheels_of_a_directory_have_a_path_and_no_index() -> None:
    wheel = make_wheel_artifact(
        "a-1.0+x-py3-none-any.whl",
        index="folder",
        url=(ROOT / "my wheels" / "a-1.0+x-py3-none-any.whl").as_uri(),
    )
    package = package_of(dict.fromkeys(TARGETS, wheel))
    assert package.index is None
    (found,) = package.wheels
    assert (found.url, found.path) == (None, "my wheels/a-1.0+x-py3-none-any.whl")


def test_wheels_that_requirements_name_for_each_target_stand_side_by_side() -> None:
    wheels = {
        FIRST: make_wheel_artifact("a-1.0-py3-none-android_24_arm64_v8a.whl", index=None),
        THIRD: make_wheel_artifact("a-1.0-py3-none-android_24_x86_64.whl", index=None),
    }
    package = package_of(dict(wheels))
    assert package.archive is None
    assert package.index is None
    source = package.source_for("x86_64")
    assert isinstance(source, LockedFile)
    assert source.filename == wheels[THIRD].filename


def test_two_folders_for_one_package_cannot_be_locked() -> None:
    def tree(name: str) -> SourceTree:
        return SourceTree(
            filename=name,
            package=canonicalize_name("a"),
            version=Version("1"),
            url=f"./{name}",
            index=None,
        )

    with pytest.raises(DirectReferenceFailure) as caught:
        make_lock(answer({FIRST: tree("one"), SECOND: tree("two")}))
    assert caught.value.package == "a"


def test_one_file_name_with_two_addresses_cannot_be_locked() -> None:
    with pytest.raises(DirectReferenceFailure):
        make_lock(
            answer(
                {
                    FIRST: make_wheel_artifact(
                        "a-1.0-py3-none-any.whl", url="https://x.example/a-1.0-py3-none-any.whl"
                    ),
                    SECOND: make_wheel_artifact(
                        "a-1.0-py3-none-any.whl", url="https://y.example/a-1.0-py3-none-any.whl"
                    ),
                }
            )
        )


def test_files_without_a_strong_hash_are_named_and_cannot_be_locked() -> None:
    weak = make_wheel_artifact("weak-1.0-py3-none-any.whl", hashes={"md5": "0" * 32})
    none = make_wheel_artifact("none-1.0-py3-none-any.whl", hashes={})
    good = make_wheel_artifact("good-1.0-py3-none-any.whl")
    resolution = answer({FIRST: weak, SECOND: weak}, {FIRST: good}, {THIRD: none})
    assert artifacts_without_hashes(resolution) == (none, weak)
    with pytest.raises(ValueError, match="no hash"):
        make_lock(resolution)


def test_folders_and_repositories_need_no_hash() -> None:
    missing = artifacts_without_hashes(example_resolution())
    assert not [artifact for artifact in missing if isinstance(artifact, SourceTree)]
    assert missing == ()


def test_weak_hashes_are_left_out_beside_strong_ones() -> None:
    package = make_lock(example_resolution()).package(canonicalize_name("oldie"))
    assert package.sdist is not None
    assert package.sdist.hashes == {"sha256": "5" * 64}


def test_only_strong_names_of_hashes_are_compared_in_lower_case() -> None:
    upper = make_wheel_artifact("a-1.0-py3-none-any.whl", hashes={"sha256": "A" * 64})
    assert package_of({FIRST: upper}).wheels[0].hashes == {"sha256": "a" * 64}


def test_inputs_for_other_targets_than_the_answer_s_are_refused() -> None:
    resolution = answer()
    for inputs in (
        make_inputs(TARGETS[:2]),
        replace(make_inputs(TARGETS), platform=Platform.IOS),
    ):
        with pytest.raises(ValueError, match="other targets"):
            make_lock(resolution, inputs)


@pytest.mark.parametrize(
    ("targets", "needing", "marker"),
    [
        (make_targets(["android"]), (0, 1, 2), None),
        (
            make_targets(["android"]),
            (0, 1),
            "platform_machine != 'x86_64' or sys_platform != 'android'",
        ),
        (make_targets(["android"], python="3.12"), (0, 1), "platform_machine != 'x86_64'"),
        (
            make_targets(["android"]),
            (0,),
            (
                "platform_machine != 'armv7l' and platform_machine != 'armv8l' and "
                "platform_machine != 'x86_64' or sys_platform != 'android'"
            ),
        ),
        (make_targets(["ios"]), (0, 1), "platform_machine != 'x86_64' or sys_platform != 'ios'"),
        (make_targets(["ios"]), (2,), "platform_machine != 'arm64' or sys_platform != 'ios'"),
        (make_targets(["ios-iphoneos.arm64", "ios-iphonesimulator.arm64"]), (0,), None),
    ],
)
def test_a_marker_rules_out_the_machines_that_only_other_targets_have(
    targets: tuple[Target, ...], needing: tuple[int, ...], marker: str | None
) -> None:
    wheel = make_wheel_artifact("a-1.0-py3-none-any.whl")
    resolution = answer({targets[one]: wheel for one in needing}, targets=targets)
    (package,) = make_lock(resolution).packages
    assert package.marker == marker
    assert package.slices == tuple(targets[one].slice_name for one in needing)


def test_a_repository_is_given_by_address_and_commit() -> None:
    package = make_lock(example_resolution()).package(canonicalize_name("widgets"))
    assert package.tree == LockedTree(
        name="widgets",
        vcs="git",
        url="https://git.example/team/widgets.git",
        path=None,
        commit="c" * 40,
        requested_revision="main",
        subdirectory="python",
    )
    assert package.source_for("arm64-v8a") is package.tree


def test_an_archive_has_its_subdirectory_and_no_fragment() -> None:
    sdist = Sdist(
        filename="a-1.0.tar.gz",
        package=canonicalize_name("a"),
        version=Version("1.0"),
        url="https://me:secret@files.example/a-1.0.tar.gz#sha256=55&subdirectory=python",
        index=None,
        hashes={"sha256": "5" * 64},
    )
    package = package_of(dict.fromkeys(TARGETS, sdist))
    assert package.archive is not None
    assert package.archive.url == "https://files.example/a-1.0.tar.gz"
    assert package.archive_subdirectory == "python"


def test_the_lock_is_the_same_wherever_the_project_lies(tmp_path: Path) -> None:
    def text(root: Path) -> str:
        wheel = make_wheel_artifact(
            "a-1.0-py3-none-any.whl",
            index="folder",
            url=(root / "wheels" / "a-1.0-py3-none-any.whl").as_uri(),
        )
        return render_lock(make_lock(answer(dict.fromkeys(TARGETS, wheel)), root=root))

    assert text(tmp_path / "one") == text(tmp_path / "two" / "three")


def test_paths_start_at_the_lock_and_not_at_the_project() -> None:
    wheel = make_wheel_artifact(
        "a-1.0-py3-none-any.whl", index=None, url="file:wheels/a-1.0-py3-none-any.whl"
    )
    lock = lock_from_resolution(
        answer(dict.fromkeys(TARGETS, wheel)),
        make_inputs(TARGETS),
        index_urls=INDEX_URLS,
        python_full_version="3.13.9",
        project_root=ROOT,
        lock_dir=ROOT / "locks",
    )
    archive = lock.packages[0].archive
    assert archive is not None
    assert archive.path == "../wheels/a-1.0-py3-none-any.whl"


def test_the_pins_of_a_lock_are_preferences() -> None:
    versions = make_lock(example_resolution()).versions
    assert versions[canonicalize_name("numpy")] == Version("2.3.1")
    assert len(versions) == 7


def test_a_package_that_is_not_there_is_a_key_error() -> None:
    lock = make_lock(example_resolution())
    with pytest.raises(KeyError):
        lock.package(canonicalize_name("gone"))
    with pytest.raises(KeyError):
        lock.package(canonicalize_name("speedups")).source_for("x86_64")


def test_values_that_contradict_themselves_cannot_be_made() -> None:
    lock = make_lock(example_resolution())
    numpy = lock.package(canonicalize_name("numpy"))
    contradictions: tuple[dict[str, Any], ...] = (
        {"wheels": numpy.wheels[:2]},
        {"wheels": ()},
        {"archive": numpy.wheels[0]},
        {"chosen": {}},
        {"availability": {}},
        {"availability": {"arm64-v8a": Availability.PURE}},
    )
    for changes in contradictions:
        with pytest.raises(ValueError, match="numpy"):
            replace(numpy, **changes)
    with pytest.raises(ValueError, match="sorted"):
        Lock(
            inputs=lock.inputs,
            python_full_version="3.14.6",
            requires=(),
            packages=tuple(reversed(lock.packages)),
        )
