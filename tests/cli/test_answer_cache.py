"""The last answer is said again only where nothing that decided it has changed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.index_server import IndexServer
from fakes.wheels import make_wheel
from flet_lock.cli.answer_cache import lookup as recall_module
from flet_lock.cli.answer_cache.lookup import Recalled, answers_folder, entry_name, recall
from flet_lock.cli.main import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def server() -> Iterator[IndexServer]:
    with IndexServer() as running:
        running.add("demo", "1.0", make_wheel("demo", "1.0", requires=["bee"]))
        running.add("bee", "1.0", make_wheel("bee", "1.0"))
        yield running


@pytest.fixture
def words(server: IndexServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A command line that locks a small app; the app lies there for a while already."""
    for name in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_WORKSPACE", "FLET_LOCK_QUIET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    app = tmp_path / "app"
    app.mkdir()
    (app / "pyproject.toml").write_text(
        '[project]\nname = "app"\nrequires-python = ">=3.12"\ndependencies = ["demo"]\n'
    )
    time.sleep(0.02)  # a file that changes while a run begins is not trusted
    index = ["--default-index", server.url, "--no-flet-index"]
    return ["app", *index, "--cache-dir", "cache", "--no-progress"]


def again(words: list[str], *, later: float = 0.0) -> Recalled | None:
    return recall(words, os.environ, time.time() + later)


def test_an_unchanged_app_gets_its_last_answer_without_being_read(
    words: list[str], server: IndexServer, capsys: Capture
) -> None:
    assert again(words) is None
    assert main(words) == 0
    first = capsys.readouterr().out
    server.forget()
    found = again(words)
    assert found is not None
    code, out, err = found
    assert (code, err, server.requests) == (0, "", [])
    assert out.startswith("✓ Locked app for Android and iOS: Python 3.1")
    assert out.splitlines()[0].endswith("nothing has changed")
    assert first.splitlines()[2:4] == out.splitlines()[2:4]


def test_what_is_said_again_is_what_a_second_run_says(words: list[str], capsys: Capture) -> None:
    main(words)
    capsys.readouterr()
    found = again(words)
    assert found is not None
    main(words)
    second = capsys.readouterr().out
    assert found[1].splitlines()[1:] == second.splitlines()[1:]


def edit_project() -> None:
    path = Path("app/pyproject.toml")
    path.write_text(path.read_text() + "# a comment\n")


def edit_lock() -> None:
    path = Path("app/pylock.android.toml")
    path.write_text(path.read_text() + "# merged by hand\n")


def remove_lock() -> None:
    Path("app/pylock.ios.toml").unlink()


def add_requirements() -> None:
    Path("app/requirements.txt").write_text("bee\n")


def replace_page() -> None:
    for page in Path("cache/v1/pages").rglob("*"):
        if page.is_file():
            content = page.read_bytes()
            page.unlink()
            page.write_bytes(content)


def remove_pages() -> None:
    for page in Path("cache/v1/pages").rglob("*"):
        if page.is_file():
            page.unlink()


def damage_entry() -> None:
    for entry in Path("cache/v1/answers").iterdir():
        content = bytearray(entry.read_bytes())
        content[len(content) // 2] ^= 1
        entry.write_bytes(content)


def cut_entry() -> None:
    for entry in Path("cache/v1/answers").iterdir():
        entry.write_bytes(entry.read_bytes()[:7])


def install_a_library() -> None:
    folder = Path("library").absolute()
    folder.mkdir()
    sys.path.append(str(folder))


@pytest.mark.parametrize(
    "change",
    [
        edit_project,
        edit_lock,
        remove_lock,
        add_requirements,
        replace_page,
        remove_pages,
        damage_entry,
        cut_entry,
        install_a_library,
    ],
)
def test_after_any_change_the_answer_is_worked_out_again(
    change: Callable[[], None], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    main(words)
    assert again(words) is not None
    change()
    assert again(words) is None
    assert main(words) == 0
    assert again(words) is not None


def test_other_words_another_folder_and_another_variable_are_other_questions(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = str(tmp_path / "cache")
    words[words.index("cache")] = cache
    main(words)
    assert again(words) is not None
    assert again([*words, "--dry-run"]) is None
    with monkeypatch.context() as patch:
        patch.setenv("FLET_LOCK_PYTHON_VERSION", "3.13")
        assert again(words) is None
    with monkeypatch.context() as patch:
        (tmp_path / "other" / "app").mkdir(parents=True)
        patch.chdir(tmp_path / "other")
        assert again(words) is None
    assert again(words) is not None


def test_pages_that_have_to_be_asked_for_again_end_it(words: list[str]) -> None:
    main(words)
    assert again(words, later=590) is not None
    assert again(words, later=610) is None
    assert again(words, later=-10) is None


def test_another_program_ends_it(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    main(words)
    monkeypatch.setattr(recall_module, "program", lambda: ("3.99",))
    assert again(words) is None


def test_a_file_that_changes_while_the_run_reads_is_not_trusted(words: list[str]) -> None:
    future = time.time() + 5
    os.utime("app/pyproject.toml", (future, future))
    assert main(words) == 0
    assert again(words) is None


def test_an_app_that_cannot_be_locked_is_told_so_again(
    words: list[str], server: IndexServer, capsys: Capture
) -> None:
    server.add("demo", "2.0", make_wheel("demo", "2.0", requires=["bee>1"]))
    Path("app/pyproject.toml").write_text('[project]\nname = "app"\ndependencies = ["demo>1"]\n')
    time.sleep(0.02)
    assert main(words) == 1
    said = capsys.readouterr()
    assert again(words) == (1, said.out, said.err)


def test_a_package_that_nobody_has_is_asked_for_each_time(words: list[str]) -> None:
    Path("app/pyproject.toml").write_text('[project]\nname = "app"\ndependencies = ["absent"]\n')
    time.sleep(0.02)
    assert main(words) == 1
    assert again(words) is None


@pytest.mark.parametrize(
    "option", [["--refresh"], ["--no-cache"], ["--exclude-newer", "1 day"], ["-v"]]
)
def test_some_runs_are_never_recalled(option: list[str], words: list[str]) -> None:
    assert main([*words, *option]) == 0
    assert again([*words, *option]) is None


def test_what_edits_the_project_is_done_each_time(words: list[str], server: IndexServer) -> None:
    server.add("demo", "2.0", make_wheel("demo", "2.0", requires=["bee>1"]))
    Path("app/pyproject.toml").write_text('[project]\nname = "app"\ndependencies = ["demo>1"]\n')
    time.sleep(0.02)
    for number in ("--fix=1", "--fix=2"):
        assert main([*words, number]) != 130
        assert again([*words, number]) is None


def test_documents_tell_how_long_they_took(words: list[str]) -> None:
    asked = [*words, "--output-format", "json"]
    assert main(asked) == 0
    assert again(asked) is None


def test_a_folder_of_wheels_is_looked_into_each_time(words: list[str], tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "demo-1.0-py3-none-any.whl").write_bytes(make_wheel("demo", "1.0"))
    asked = [*words, "--index", f"own={wheels}"]
    assert main(asked) == 0
    assert again(asked) is None


def test_a_check_is_recalled_until_the_project_or_a_lock_changes(
    words: list[str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    main(words)
    monkeypatch.setenv("FLET_LOCK_CACHE_DIR", "cache")
    asked = ["check", *words[: words.index("--cache-dir")]]
    time.sleep(0.02)
    assert again(asked) is None
    capsys.readouterr()
    assert main(asked) == 0
    assert again(asked) == (0, capsys.readouterr().out, "")
    edit_lock()
    assert again(asked) is None


def test_a_check_makes_no_cache(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLET_LOCK_CACHE_DIR", "cache")
    assert main(["check", *words[: words.index("--cache-dir")]]) == 1
    assert not (tmp_path / "cache").exists()


def test_only_so_many_answers_are_kept(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flet_lock.cli.answer_cache.store.MOST_KEPT", 2)
    for number in range(4):
        assert main([*words, "--connections", str(number + 1)]) == 0
    folder = answers_folder(words, os.environ)
    assert folder is not None
    assert len(list(Path(folder).iterdir())) == 2
    assert again([*words, "--connections", "4"]) is not None


def test_two_questions_of_one_name_take_turns(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = [*words, "--connections", "3"]
    for module in ("flet_lock.cli.answer_cache.lookup", "flet_lock.cli.answer_cache.store"):
        monkeypatch.setattr(f"{module}.entry_name", lambda _words: "00000000")
    main(words)
    assert again(words) is not None
    assert again(other) is None
    main(other)
    assert again(words) is None


def test_the_user_cache_is_where_platformdirs_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from platformdirs import user_cache_dir  # noqa: PLC0415

    if sys.platform == "win32":
        pytest.skip("left to platformdirs")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    folder = answers_folder([], {"HOME": str(Path.home())})
    assert folder == str(Path(user_cache_dir("flet-lock", appauthor=False), "v1", "answers"))


def test_recalling_imports_nothing_but_built_in_modules(words: list[str]) -> None:
    main(words)
    code = (
        "import sys; before = set(sys.modules); from flet_lock.cli.entry import run_process; "
        f"sys.argv[1:] = {words!r}; code = run_process(); "
        "print(code, sorted(set(sys.modules) - before))"
    )
    # Another process has another search path, so it works the answer out once.
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    last = done.stdout.splitlines()[-1]
    assert last.startswith("0 [")
    allowed = {
        "flet_lock",
        "flet_lock.cli",
        "flet_lock.cli.entry",
        "flet_lock.cli.answer_cache",
        "flet_lock.cli.answer_cache.lookup",
        "flet_lock.cli.streams",
        "marshal",
        "time",
        "_blake2",
        "zlib",
    }
    assert set(last[3:-1].replace("'", "").split(", ")) <= allowed
    kept = Path("cache/v1/answers", entry_name(words))
    assert kept.is_file()
    if os.name == "posix":  # it may hold what the run was told: for this user alone
        assert kept.stat().st_mode & 0o077 == 0
        assert kept.parent.stat().st_mode & 0o077 == 0


def test_nothing_that_decided_an_answer_stands_in_clear_in_the_cache(
    words: list[str], server: IndexServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "ghp_Tr0ub4dor"
    project = Path("app/pyproject.toml")
    project.write_text(f"{project.read_text()}# {secret}\n")
    time.sleep(0.02)
    monkeypatch.setenv("FLET_LOCK_INDEX", f"own={server.url.replace('://', f'://user:{secret}@')}")
    assert main(words) == 0
    assert again(words) is not None
    kept = [path for path in Path("cache/v1/answers").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if secret.encode() in path.read_bytes()]
    monkeypatch.delenv("FLET_LOCK_INDEX")
    assert again(words) is None, "the digest of a variable decides as the variable did"


@pytest.mark.skipif(os.name == "nt", reason="no such files")
@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling"])
def test_an_entry_that_is_no_file_is_none(words: list[str], kind: str) -> None:
    assert main(words) == 0
    entry = Path("cache/v1/answers", entry_name(words))
    entry.unlink()
    makers: dict[str, Callable[[], object]] = {
        "folder": entry.mkdir,
        "pipe": lambda: os.mkfifo(entry),
        "dangling": lambda: entry.symlink_to("nowhere"),
    }
    makers[kind]()
    assert again(words) is None
    assert main(words) == 0


@pytest.mark.skipif(os.name == "nt", reason="no such files")
def test_a_project_file_that_became_a_pipe_is_not_waited_for(words: list[str]) -> None:
    assert main(words) == 0
    Path("app/pyproject.toml").unlink()
    os.mkfifo("app/pyproject.toml")
    assert again(words) is None
    assert main(words) == 2
