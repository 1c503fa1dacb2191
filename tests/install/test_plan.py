"""Decided from a lock alone: what goes where. No disk, no network."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from fakes.locked_app import LockedApp
from fakes.locks import example_resolution, make_lock, resolutions
from flet_lock.install.plan import InstallPlan, plan_install
from flet_lock.lockfile.contents import Lock
from flet_lock.model.answer.resolution import Resolution
from flet_lock.model.errors.install import SlicesNotLocked
from flet_lock.model.target import Platform


def test_each_slice_s_file_is_planned_once() -> None:
    plan = plan_install(make_lock(example_resolution()))
    assert plan.platform is Platform.ANDROID
    assert plan.slices == ("arm64-v8a", "armeabi-v7a", "x86_64")
    planned = [(one.package, one.slices) for one in plan.packages]
    assert planned == [
        ("flet", plan.slices),
        ("house-rules", plan.slices),
        ("numpy", ("arm64-v8a",)),
        ("numpy", ("armeabi-v7a",)),
        ("numpy", ("x86_64",)),
        ("oldie", plan.slices),
        ("pinned", plan.slices),
        ("speedups", ("arm64-v8a",)),
        ("widgets", plan.slices),
    ]
    built = {str(one.package) for one in plan.packages if one.wheel is None}
    assert built == {"oldie", "widgets"}


def test_a_file_carries_what_it_takes_to_fetch_and_verify_it() -> None:
    lock = make_lock(example_resolution())
    files = {file.filename: file for file in plan_install(lock).files}
    flet = files["flet-0.80.1-py3-none-any.whl"]
    assert flet.url == "https://files.example/flet/flet-0.80.1-py3-none-any.whl"
    assert flet.index == "https://pypi.org/simple"
    assert flet.size == 28
    assert set(flet.hashes) == {"sha256"}
    assert flet.key == ("sha256", flet.hashes["sha256"])
    local = files["house_rules-3.0-py3-none-any.whl"]
    assert (local.url, local.path) == (None, "wheels/house_rules-3.0-py3-none-any.whl")
    assert local.origin == local.path


def test_slices_can_be_chosen_in_any_order() -> None:
    lock = make_lock(example_resolution())
    plan = plan_install(lock, ["x86_64", "arm64-v8a"])
    assert plan.slices == ("arm64-v8a", "x86_64")
    assert {name for one in plan.packages for name in one.slices} == set(plan.slices)
    assert len(plan.for_slice("arm64-v8a")) == len(plan.for_slice("x86_64")) + 1, "speedups"


def test_all_slices_that_are_not_locked_are_named() -> None:
    lock = make_lock(example_resolution())
    with pytest.raises(SlicesNotLocked) as caught:
        plan_install(lock, ["x86_64", "riscv", "iphoneos.arm64"])
    assert caught.value.slices == ("iphoneos.arm64", "riscv")
    assert caught.value.locked == lock.slices


@settings(max_examples=40)
@given(resolution=resolutions(), data=st.data())
def test_any_lock_can_be_planned(resolution: Resolution, data: st.DataObject) -> None:
    lock = make_lock(resolution)
    slices = data.draw(st.sets(st.sampled_from(lock.slices)))
    plan = plan_install(lock, slices)
    assert set(plan.slices) == slices
    needed = {
        (package.package, name)
        for package in lock.packages
        for name in package.slices
        if name in slices
    }
    taken = [(one.package, name) for one in plan.packages for name in one.slices]
    assert len(taken) == len(set(taken)), "one file for a package and a slice"
    assert set(taken) == needed
    assert plan == plan_install(lock, sorted(slices, reverse=True))
    assert plan.digest == plan_install(lock, slices).digest


# ------------------------------------------------------------------------- the digest


def locked(root: Path) -> LockedApp:
    app = LockedApp(root=root)
    app.binary("beta")
    app.pure("alpha")
    return app


def plan_of(app: LockedApp) -> InstallPlan:
    return plan_install(app.lock)


def moved(lock: Lock) -> Lock:
    """The same files at other places."""
    packages = tuple(
        replace(
            package,
            wheels=tuple(
                replace(
                    wheel,
                    path=None,
                    url=f"https://x.example/{wheel.filename}",
                    size=None,
                    index="https://x.example/simple",
                )
                for wheel in package.wheels
            ),
        )
        for package in lock.packages
    )
    return replace(lock, packages=packages)


def test_where_files_are_does_not_count(tmp_path: Path) -> None:
    lock = locked(tmp_path).lock
    assert plan_install(moved(lock)).digest == plan_install(lock).digest


@pytest.mark.parametrize(
    "change",
    [
        lambda app: app.pure("alpha", files={"alpha/new.py": b""}),
        lambda app: app.pure("alpha", "1.1"),
        lambda app: app.pure("alpha", slices=["x86_64"]),
        lambda app: app.pure("gamma"),
        lambda app: app.packages.pop(),
    ],
    ids=["content", "version", "slices", "added", "removed"],
)
def test_what_decides_the_tree_counts(
    tmp_path: Path, change: Callable[[LockedApp], object]
) -> None:
    app = locked(tmp_path)
    before = plan_of(app).digest
    change(app)
    assert plan_of(app).digest != before


def test_a_plan_is_repeatable_unless_a_folder_is_built() -> None:
    assert plan_install(make_lock(example_resolution())).repeatable
