"""Which way a lock is handed over, and why."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.targets import make_targets, platform_tag, short_name
from flet_lock.install.handover.handover_method import Reason, reasons_for_program
from flet_lock.install.plan import (
    InstallPlan,
    PlannedPackage,
)
from flet_lock.lockfile.package import LockedFile, LockedTree
from flet_lock.model.app.project import NoteKind, Project, ProjectNote
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.target import Platform, Target

TARGETS = make_targets(["android"])
SLICES = tuple(target.slice_name for target in TARGETS)
PLACE = Place(file="pyproject.toml")


def wheel(tag: str, slices: Sequence[str] = SLICES, *, name: str = "numpy") -> PlannedPackage:
    package, version = canonicalize_name(name), Version("1.0")
    return PlannedPackage(
        package=package,
        version=version,
        source=LockedFile(
            package=package,
            filename=f"{name}-1.0-{tag}.whl",
            url="https://files.example/",
            path=None,
            hashes={"sha256": "ab" * 32},
            size=None,
            upload_time=None,
        ),
        subdirectory=None,
        slices=tuple(slices),
    )


def native(target: Target, level: int = 24, build: str = "") -> PlannedPackage:
    tag = platform_tag(short_name(target)).replace("24", str(level), 1)
    return wheel(f"{build}cp313-cp313-{tag}", [target.slice_name])


def plan(*packages: PlannedPackage) -> InstallPlan:
    return InstallPlan(
        platform=Platform.ANDROID,
        python="3.13",
        python_full_version="3.13.9",
        slices=SLICES,
        packages=packages,
    )


def project(*requirements: str, **changes: object) -> Project:
    wanted = tuple(
        ProjectRequirement(requirement=Requirement(text), place=PLACE) for text in requirements
    )
    return replace(Project(root=Path("/app"), name="app", requirements=wanted), **changes)


def reasons(
    planned: InstallPlan,
    app: Project | None = None,
    *,
    targets: Sequence[Target] = TARGETS,
    source_packages: Sequence[str] = (),
    unshipped: Sequence[str] = (),
) -> list[Reason]:
    found = reasons_for_program(
        planned,
        targets,
        app or project("numpy"),
        source_packages=source_packages,
        unshipped=unshipped,
    )
    return list(found)


def test_pure_wheels_and_one_native_wheel_each_need_no_program() -> None:
    assert reasons(plan(wheel("py3-none-any"))) == []
    assert reasons(plan(*(native(target) for target in TARGETS))) == []


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("numpy @ https://files.example/numpy-1.0-py3-none-any.whl", Reason.DIRECT_REFERENCE),
        ("numpy; sys_platform == 'win32'", Reason.MARKER),
    ],
)
def test_what_pip_would_decide_itself_needs_the_program(requirement: str, reason: Reason) -> None:
    assert reasons(plan(wheel("py3-none-any")), project(requirement)) == [reason]


def test_requirements_of_the_other_platform_do_not_count() -> None:
    app = project()
    marked = ProjectRequirement(
        requirement=Requirement("numpy; os_name == 'nt'"), place=PLACE, platform=Platform.IOS
    )
    other = replace(app, requirements=(marked,), overrides=(marked,))
    assert reasons(plan(wheel("py3-none-any")), other) == []


def test_hashes_overrides_and_source_packages_need_the_program() -> None:
    pure = plan(wheel("py3-none-any"))
    app = project("numpy")
    hashed = replace(app.requirements[0], hashes=("sha256:" + "ab" * 32,))
    assert reasons(pure, replace(app, requirements=(hashed,))) == [Reason.HASHES]
    assert reasons(pure, replace(app, overrides=app.requirements)) == [Reason.OVERRIDE]
    own = {Platform.ANDROID: (canonicalize_name("numpy"),)}
    assert reasons(pure, replace(app, source_packages=own)) == [Reason.SOURCE_PACKAGES]
    assert reasons(pure, source_packages=["x"]) == [Reason.SOURCE_PACKAGES]


def test_optional_packages_that_are_not_locked_need_the_program() -> None:
    # flet-cli, `get_poetry_dependencies`, does not look at `optional`.
    note = ProjectNote(place=PLACE, kind=NoteKind.OPTIONAL_LEFT_OUT, value="socksio")
    app = project("numpy", notes=(note,))
    assert reasons(plan(wheel("py3-none-any")), app) == [Reason.OPTIONAL]


def test_constraints_that_the_build_breaks_need_the_program() -> None:
    note = ProjectNote(place=PLACE, kind=NoteKind.POETRY_BROKEN_IN_BUILD, value='numpy = "~2"')
    app = project("numpy", notes=(note,))
    assert reasons(plan(wheel("py3-none-any")), app) == [Reason.CONSTRAINT]


def test_what_is_built_here_needs_the_program() -> None:
    tree = LockedTree(
        name="numpy",
        vcs=None,
        url=None,
        path="../numpy",
        commit=None,
        requested_revision=None,
        subdirectory=None,
    )
    built = replace(wheel("py3-none-any"), source=tree)
    assert reasons(plan(built)) == [Reason.BUILT_HERE]


def test_a_package_of_some_slices_needs_the_program() -> None:
    one = wheel("py3-none-any", SLICES[:1], name="ribbon")
    assert reasons(plan(wheel("py3-none-any"), one)) == [Reason.SOME_SLICES]


def test_a_wheel_for_a_newer_os_than_the_build_knows_needs_the_program() -> None:
    targets = make_targets(["android"], android_api=30)
    wheels = [native(target, 28) for target in targets]
    assert reasons(plan(*wheels), targets=targets) == [Reason.MINIMUM_OS]
    wheels = [native(target, 21) for target in targets]
    assert reasons(plan(*wheels), targets=targets) == []


def test_a_locked_wheel_that_pip_would_prefer_on_another_slice_needs_the_program() -> None:
    first, *others = TARGETS
    rest = [target.slice_name for target in others]
    # The pure one was chosen for two slices; the native one of the first is of no use to them.
    assert reasons(plan(native(first), wheel("py3-none-any", rest))) == []
    # A higher build is, and so is a wheel that is as good.
    newer = wheel("2-py3-none-any", [first.slice_name])
    assert reasons(plan(newer, wheel("py3-none-any", rest))) == [Reason.OTHER_WHEEL]
    equal = wheel("py2.py3-none-any", [first.slice_name])
    assert reasons(plan(equal, wheel("py3-none-any", rest))) == [Reason.OTHER_WHEEL]


def test_an_architecture_that_pip_runs_for_in_vain_takes_the_program() -> None:
    assert reasons(plan(wheel("py3-none-any")), unshipped=["x86"]) == [Reason.UNSHIPPED_ABI]
