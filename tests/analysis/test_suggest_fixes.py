"""What is suggested, for blockers as facts; whether it works is `workflows/test_fix.py`'s."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from fakes.flet_versions import shipped_manifest
from fakes.targets import make_targets
from flet_lock.analysis.problems import Problem, is_placeholder, problems_of
from flet_lock.analysis.suggest_fixes import suggest, united
from flet_lock.model.answer.blocker import Blocker, ChainLink, NoUsableRelease, RejectedRelease
from flet_lock.model.answer.rejection import (
    DesktopOnly,
    MinimumOsTooNew,
    NotBuiltFromSource,
    OtherArchitecture,
    OtherPython,
    Rejection,
)
from flet_lock.model.app.fix import (
    AddOverride,
    BuildFromSource,
    ChoosePython,
    ChooseSlices,
    Cost,
    Move,
    RaiseMinimumOs,
    RemoveRequirement,
    RewriteRequirement,
    Suggestion,
)
from flet_lock.model.app.project import Project
from flet_lock.model.app.requirement import ProjectRequirement
from flet_lock.model.facts.advice import Advice, AdviceKind
from flet_lock.model.facts.oldest_os import OLDEST_OS
from flet_lock.model.index.artifact import Sdist
from flet_lock.model.index.source import SourceFinding, SourceKind
from flet_lock.model.target import Platform, Target
from flet_lock.project.diagnostics import toml_place
from flet_lock.targets.catalogue import load_catalogue

ALL = make_targets(python="3.14")
ANDROID = tuple(target for target in ALL if target.platform is Platform.ANDROID)
FILE = "maths-2.0.tar.gz"
MATHS = canonicalize_name("maths")


def project(*requirements: str, **changes: object) -> Project:
    entries = tuple(
        ProjectRequirement(
            requirement=Requirement(text), place=toml_place(("project", "dependencies", number))
        )
        for number, text in enumerate(requirements)
    )
    return Project(root=Path(), name="app", requirements=entries, **changes)  # type: ignore[arg-type]


def blocker(
    *rejections: Rejection,
    app: Project,
    targets: Iterable[Target] = ANDROID,
    chain: tuple[str, ...] = ("maths>=2",),
    **changes: object,
) -> NoUsableRelease:
    failing = tuple(targets)
    facts: dict[str, object] = {
        "package": MATHS,
        "platform": failing[0].platform,
        "targets": failing,
        "chain": tuple(
            ChainLink(
                package=canonicalize_name(Requirement(text).name),
                version=Version("2.0"),
                requirement=text,
            )
            for text in chain
        ),
        "places": tuple(
            each.place
            for each in app.requirements
            if each.package == canonicalize_name(Requirement(chain[0]).name)
        ),
        "requirements": (Requirement(chain[-1]),),
        "matching": (Version("2.0"),),
        "rejected": (
            RejectedRelease(
                version=Version("2.0"),
                artifacts=(
                    Sdist(
                        filename=FILE, package=MATHS, version=Version("2.0"), url="u", index="pypi"
                    ),
                ),
                rejections=tuple((target, rejections) for target in failing),
            ),
        ),
        "newest": Version("2.0"),
        "usable": (),
        "replies": (),
    }
    return NoUsableRelease(**(facts | changes))  # type: ignore[arg-type]


def suggested(*blockers: Blocker, app: Project) -> tuple[Suggestion, ...]:
    return suggest(blockers, app, ALL, load_catalogue(shipped_manifest()))


def edits(*blockers: Blocker, app: Project) -> list[object]:
    """The edits of each suggestion of one change; a loosening is the text of what is loosened."""
    return [
        [str(entry.requirement) for entry in each.loosened] or list(each.edits)
        for each in suggested(*blockers, app=app)
        if each.cost is not Cost.PAIR
    ]


BARE = NotBuiltFromSource(filename=FILE)


def too_new(platform: Platform, needs: tuple[int, int]) -> MinimumOsTooNew:
    return MinimumOsTooNew(filename="w", platform=platform, needs=needs, has=OLDEST_OS[platform])


def test_the_cheapest_change_comes_first() -> None:
    app = project("maths>=2")
    found = suggested(blocker(BARE, too_new(Platform.ANDROID, (26, 0)), app=app), app=app)
    assert [each.cost for each in found if each.cost is not Cost.PAIR] == [
        Cost.SOURCES,
        Cost.OLDER,
        Cost.MINIMUM_OS,
        Cost.WITHOUT,
    ]
    assert [*found] == sorted(found, key=lambda each: each.cost)


def test_blockers_of_one_package_are_one_problem() -> None:
    app = project("maths>=2")
    ios = [target for target in ALL if target.platform is Platform.IOS]
    problems = problems_of([blocker(BARE, app=app), blocker(BARE, app=app, targets=ios)])
    assert [(each.package, each.platforms) for each in problems] == [(MATHS, tuple(Platform))]


@pytest.mark.parametrize(
    ("source", "builds"),
    [(SourceKind.PURE, True), (SourceKind.NATIVE, False), (SourceKind.UNSURE, True), (None, True)],
)
def test_only_sources_that_may_be_pure_are_built(source: SourceKind | None, builds: bool) -> None:
    app = project("maths>=2")
    finding = source and SourceFinding(
        filename=FILE, version=Version("2.0"), kind=source, evidence=("setup.py",)
    )
    found = edits(blocker(BARE, app=app, source=finding), app=app)
    build = [BuildFromSource(packages=(MATHS,), platforms=(Platform.ANDROID,))]
    assert (build in found) is builds


def test_a_desktop_package_has_no_sources_to_build() -> None:
    app = project("maths>=2")
    found = edits(blocker(DesktopOnly(filename="w", systems=("Linux",)), app=app), app=app)
    assert not [each for each in found if isinstance(each[0], BuildFromSource)]  # type: ignore[index]


def test_the_largest_set_of_architectures_is_kept() -> None:
    app = project("maths>=2")
    failing = [target for target in ANDROID if target.slice_name == "armeabi-v7a"]
    told = blocker(
        OtherArchitecture(filename="w", architectures=("arm64-v8a",)), app=app, targets=failing
    )
    kept = ChooseSlices(
        platform=Platform.ANDROID, slices=("arm64-v8a", "x86_64"), left_out=("armeabi-v7a",)
    )
    assert [kept] in edits(told, app=app)


def test_what_the_app_was_not_built_for_is_not_left_out() -> None:
    app = project("maths>=2")
    two = [target for target in ANDROID if target.slice_name != "armeabi-v7a"]
    told = blocker(BARE, app=app, targets=[two[1]])
    found = suggest([told], app, two, load_catalogue(shipped_manifest()))
    left_out = {
        edit.left_out for each in found for edit in each.edits if isinstance(edit, ChooseSlices)
    }
    assert left_out == {("x86_64",)}


def test_todays_phones_are_never_left() -> None:
    app = project("maths>=2")
    failing = [target for target in ANDROID if target.slice_name == "arm64-v8a"]
    found = edits(blocker(BARE, app=app, targets=failing), app=app)
    assert not [each for each in found if isinstance(each[0], ChooseSlices)]  # type: ignore[index]


@pytest.mark.parametrize(
    ("requires_python", "written"),
    [(None, "==3.13.*"), (">=3.12", ">=3.12,<3.14"), ("==3.14.*", "==3.13.*"), ("x", "==3.13.*")],
)
def test_a_python_is_chosen_by_the_bounds_that_are_there(
    requires_python: str | None, written: str
) -> None:
    app = project("maths>=2", requires_python=requires_python)
    reason = OtherPython(
        filename="w", interpreters=("cp313",), abis=("cp313",), python_version=(3, 14)
    )
    found = edits(blocker(reason, app=app), app=app)
    assert [ChoosePython(minor="3.13", specifier=written)] in found


def test_flet_itself_is_never_left_out() -> None:
    app = project("flet>=1")
    found = suggested(blocker(BARE, app=app, chain=("flet>=1", "maths")), app=app)
    assert Cost.WITHOUT not in [each.cost for each in found]


def test_an_override_is_for_what_others_ask_for() -> None:
    usable = ((Version("3.1"), ANDROID), (Version("3.0"), ANDROID), (Version("1.9"), ANDROID))
    app = project("maths>=2")
    assert Cost.OVERRIDE not in {
        each.cost for each in suggested(blocker(BARE, app=app, usable=usable), app=app)
    }
    app = project("science")
    told = blocker(BARE, app=app, chain=("science", "maths>=2,<3"), usable=usable)
    # Up before down, and no further up than needed.
    assert [AddOverride(requirement="maths==3.0")] in edits(told, app=app)


def test_a_module_of_python_is_deleted_and_nothing_else_is_tried() -> None:
    app = project("logging")
    name = canonicalize_name("logging")
    told = blocker(
        BARE,
        app=app,
        chain=("logging",),
        package=name,
        advice=Advice(kind=AdviceKind.STANDARD_LIBRARY, package=name),
    )
    [deleted] = edits(told, app=app)
    assert deleted == [
        RemoveRequirement(place=app.requirements[0].place, before=app.requirements[0].requirement)
    ]


def test_the_name_of_a_module_gives_way_to_that_of_its_package() -> None:
    app = project("pil>=9")
    name = canonicalize_name("pil")
    advice = Advice(kind=AdviceKind.OTHER_NAME, package=name, instead=("pillow",))
    told = blocker(BARE, app=app, chain=("pil>=9",), package=name, advice=advice)
    [[edit]] = [each.edits for each in suggested(told, app=app)]
    assert isinstance(edit, RewriteRequirement)
    assert edit.after == "pillow"


def test_parts_for_each_platform_are_put_together() -> None:
    app = project("maths>=2")
    ios = [target for target in ALL if target.platform is Platform.IOS]
    android = blocker(too_new(Platform.ANDROID, (26, 0)), app=app)
    other = blocker(too_new(Platform.IOS, (15, 0)), app=app, targets=ios)
    both = [
        RaiseMinimumOs(platform=Platform.ANDROID, minimum_os=(26, 0)),
        RaiseMinimumOs(platform=Platform.IOS, minimum_os=(15, 0)),
    ]
    assert both in edits(android, other, app=app)


def test_every_suggestion_is_for_all_platforms_of_its_problem() -> None:
    app = project("maths>=2")
    ios = [target for target in ALL if target.platform is Platform.IOS]
    found = suggested(blocker(BARE, app=app), blocker(BARE, app=app, targets=ios), app=app)
    assert {each.platforms for each in found} == {tuple(Platform)}


def test_a_bound_moves_up_and_down_and_its_index_tells_where_to() -> None:
    usable = ((Version("3.1"), ANDROID), (Version("3.0"), ANDROID), (Version("1.9"), ANDROID))
    app = project("maths==2.0")
    found = suggested(blocker(BARE, app=app, chain=("maths==2.0",), usable=usable), app=app)
    told = {
        each.move: each.edits[0].after
        for each in found
        if each.loosened and not each.besides and isinstance(each.edits[0], RewriteRequirement)
    }
    assert told == {Move.UP: "maths==3.0", Move.DOWN: "maths==1.9"}


@pytest.mark.parametrize("version", ["0.0", "0.0.0", "0.0.1", "0.0.0.1"])
def test_a_release_that_reserves_a_name_is_no_release(version: str) -> None:
    assert is_placeholder(Version(version))
    usable = ((Version(version), ANDROID), (Version("0.0.2"), ANDROID))
    app = project("science")
    told = blocker(BARE, app=app, chain=("science", "maths>=2"), usable=usable)
    assert [AddOverride(requirement="maths==0.0.2")] in edits(told, app=app)
    assert [AddOverride(requirement=f"maths=={version}")] not in edits(told, app=app)


def test_an_exact_pin_between_packages_is_never_overruled() -> None:
    usable = ((Version("3.0"), ANDROID),)
    app = project("science")
    told = blocker(BARE, app=app, chain=("science", "maths==2.0"), usable=usable)
    assert Cost.OVERRIDE not in {each.cost for each in suggested(told, app=app)}


def test_leaving_a_package_out_is_the_last_thing_to_do() -> None:
    app = project("maths>=2", "science==1")
    found = suggested(blocker(BARE, app=app), app=app)
    costs = [each.cost for each in found]
    assert costs == sorted(costs)
    assert costs[-1] is Cost.WITHOUT


def test_two_changes_are_suggested_after_each_alone() -> None:
    app = project("maths>=2")
    found = suggested(blocker(BARE, app=app), app=app)
    pairs = [(*each.edits, *each.besides) for each in found if each.cost is Cost.PAIR]
    assert any({type(edit) for edit in pair} == {ChoosePython, ChooseSlices} for pair in pairs)
    assert any(each.loosened and each.besides for each in found)
    # Every slice of a pair has today's phones.
    assert all(
        "arm64-v8a" in edit.slices
        for pair in pairs
        for edit in pair
        if isinstance(edit, ChooseSlices)
    )


def test_another_python_is_suggested_wherever_it_may_matter() -> None:
    app = project("science")
    behind = blocker(BARE, app=app, chain=("science", "maths"))
    assert Cost.PYTHON in {each.cost for each in suggested(behind, app=app)}
    app = project("maths>=2")
    assert Cost.PYTHON not in {each.cost for each in suggested(blocker(BARE, app=app), app=app)}


def test_united_edits_leave_what_each_of_them_leaves() -> None:
    def slices(*names: str) -> ChooseSlices:
        left_out = tuple(each.slice_name for each in ANDROID if each.slice_name not in names)
        return ChooseSlices(platform=Platform.ANDROID, slices=names, left_out=left_out)

    override = AddOverride(requirement="a==1")
    assert united(
        [slices("arm64-v8a", "x86_64"), override, slices("arm64-v8a", "armeabi-v7a"), override]
    ) == (slices("arm64-v8a"), override)


def test_a_problem_knows_all_of_the_apps_requirements_that_lead_to_it() -> None:
    app = project("maths>=2", "science")
    direct = blocker(BARE, app=app)
    behind = blocker(BARE, app=app, chain=("science", "maths"))
    problem = Problem(package=MATHS, blockers=(direct, behind))
    assert problem.places == {entry.place for entry in app.requirements}
