"""What became of the locks since a commit, with Git itself."""

from pathlib import Path

import pytest

from fakes.git_repository import commit_all, git, make_repository
from fakes.recorded import directory_options, lock_app
from flet_lock.lockfile.changes import ChangeKind
from flet_lock.model.errors.lock import LockMissing, LockUnreadable
from flet_lock.model.errors.usage import UsageError
from flet_lock.model.target import Platform
from flet_lock.workflows.inspecting.diff import DiffOutcome, diff

pytestmark = pytest.mark.parametrize("app_copy", ["client"], indirect=True)


def since(app: Path, revision: str = "HEAD", *platforms: Platform) -> DiffOutcome:
    return diff(app, revision, platforms=platforms, environ={}, fails_on_change=True)


def test_an_app_in_a_folder_of_a_repository_is_compared_with_a_branch(app_copy: Path) -> None:
    options = directory_options(app_copy.parent)
    lock_app(app_copy, options)
    make_repository(app_copy.parent)
    assert (since(app_copy).differs, since(app_copy).exit_code) == (False, 0)
    git(app_copy, "switch", "-q", "-c", "less")
    project = app_copy / "pyproject.toml"
    project.write_text(project.read_text().replace('  "pillow",\n', "").replace("1.0", "1.0,<2"))
    lock_app(app_copy, options)
    commit_all(app_copy.parent)
    assert not since(app_copy).differs
    found = since(app_copy, "main")
    assert (found.differs, found.exit_code, len(found.commit)) == (True, 1, 40)
    android, ios = found.locks
    kinds = {str(change.package): change.kind for change in android.changes.packages}
    assert kinds["pillow"] is kinds["flet-libjpeg"] is ChangeKind.REMOVED
    assert [change.package for change in ios.changes.packages] == ["pillow"]
    assert {text for drift in ios.asked for text in drift.removed} >= {"pillow"}
    assert since(app_copy, "main", Platform.IOS).locks == (ios,)


def test_a_lock_that_came_or_went_is_told(app_copy: Path) -> None:
    make_repository(app_copy)
    with pytest.raises(LockMissing):
        since(app_copy)
    lock_app(app_copy, directory_options(app_copy.parent))
    android, _ = since(app_copy).locks
    assert android.pythons[0] is None
    assert {change.kind for change in android.changes.packages} == {ChangeKind.ADDED}
    commit_all(app_copy)
    (app_copy / "pylock.android.toml").unlink()
    android, ios = since(app_copy).locks
    assert android.pythons[1] is None
    assert {change.kind for change in android.changes.packages} == {ChangeKind.REMOVED}
    assert not ios.differs


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD~1", "HEAD:pyproject.toml", ""])
def test_what_is_no_revision_is_told(app_copy: Path, revision: str) -> None:
    make_repository(app_copy)
    with pytest.raises(UsageError) as caught:
        since(app_copy, revision)
    assert caught.value.value == revision


def test_a_folder_that_git_does_not_know_is_told(app_copy: Path, tmp_path: Path) -> None:
    assert app_copy.exists()
    with pytest.raises(UsageError) as caught:
        since(tmp_path)
    assert "not a git repository" in caught.value.detail


def test_a_damaged_lock_of_a_commit_is_named_with_it(app_copy: Path) -> None:
    (app_copy / "pylock.ios.toml").write_text("lock-version = [")
    make_repository(app_copy)
    with pytest.raises(LockUnreadable) as caught:
        since(app_copy)
    assert caught.value.path == "HEAD:pylock.ios.toml"
