"""`--fix N` writes what was shown as N, and nothing else."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from flet_lock.model.app import fix as model
from flet_lock.model.app.edited_line import EditedLine
from flet_lock.model.app.fix import Suggestion
from flet_lock.model.app.requirement import Place
from flet_lock.model.target import Platform
from flet_lock.workflows.fixing.shown_list import (
    keep_shown_list,
    read_shown_list,
    was_shown_otherwise,
)
from flet_lock.workflows.locking.lock_plan import LockPlan, read_lock_plan

PLACE = Place(file="requirements.txt", line=1)
NUMPY = canonicalize_name("numpy")
EVERY_EDIT: tuple[model.Edit, ...] = (
    model.RewriteRequirement(place=PLACE, before=Requirement("numpy<2"), after="numpy<3"),
    model.RemoveRequirement(place=PLACE, before=Requirement("numpy<2; os_name == 'nt'")),
    model.MoveToDevelopment(place=PLACE, before=Requirement("numpy")),
    model.BuildFromSource(packages=(NUMPY,), platforms=tuple(Platform)),
    model.LetVersionsDiffer(),
    model.AllowPrereleases(package=NUMPY),
    model.RaiseMinimumOs(platform=Platform.IOS, minimum_os=(15, 0)),
    model.ChooseSlices(platform=Platform.ANDROID, slices=("arm64-v8a",), left_out=("x86_64",)),
    model.ChoosePython(minor="3.13", specifier="==3.13.*"),
    model.AddOverride(requirement="numpy==1"),
)


def shown(*edits: model.Edit) -> tuple[Suggestion, ...]:
    return (
        Suggestion(
            number=1,
            packages=(NUMPY,),
            platforms=tuple(Platform),
            cost=model.Cost.BOUND,
            edits=edits,
            lines=(
                EditedLine(
                    file="requirements.txt", table="", line=1, before="numpy<2", after="numpy<3"
                ),
            ),
            locks=((NUMPY, (Version("2.0"),)),),
        ),
    )


@pytest.fixture
def app(tmp_path: Path) -> Path:
    root = tmp_path / "app"
    root.mkdir()
    (root / "requirements.txt").write_text("numpy<2\n", encoding="utf-8")
    return root


def plan(app: Path, **options: object) -> LockPlan:
    cache = {"cache-dir": str(app.parent / "cache")}
    return read_lock_plan(app, options=cache | options, environ={})


def test_every_kind_of_edit_is_read_back(app: Path) -> None:
    assert {type(edit) for edit in EVERY_EDIT} == set(model.Edit.__args__)
    keep_shown_list(plan(app), shown(*EVERY_EDIT))
    assert read_shown_list(plan(app)) == shown(*EVERY_EDIT)


def test_what_was_shown_of_another_app_is_not_of_this_one(app: Path) -> None:
    other = app.parent / "other"
    other.mkdir()
    (other / "main.py").write_text("import flet\n", encoding="utf-8")
    keep_shown_list(plan(app), shown())
    assert read_shown_list(plan(other)) is None
    assert not was_shown_otherwise(plan(other))


def test_a_list_is_of_one_state_of_the_files_and_of_the_options(app: Path) -> None:
    keep_shown_list(plan(app), shown())
    assert read_shown_list(plan(app, **{"python-version": "3.13"})) is None
    (app / "requirements.txt").write_text("numpy<2  # why\n", encoding="utf-8")
    assert read_shown_list(plan(app)) is None
    assert was_shown_otherwise(plan(app))
    (app / "requirements.txt").write_text("numpy<2\n", encoding="utf-8")
    assert read_shown_list(plan(app)) == shown()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff", b"[[[]]"])
def test_garbage_in_what_was_kept_is_nothing(app: Path, content: bytes) -> None:
    keep_shown_list(plan(app), shown())
    [kept] = (app.parent / "cache").rglob("*.json")
    kept.write_bytes(content)
    assert read_shown_list(plan(app)) is None
