"""The law of suggestions, over every scenario and trouble that cannot be locked.

What is printed under a number was tried character by character, and is what `--fix` writes; it
never says what stands there already; and a number means the same however much time there was.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fakes.scenario import read_scenario
from fakes.trouble import run, write_trouble
from flet_lock.index.sources import source_artifacts as sources
from flet_lock.index.sources.source_build import BuiltWheel, expected_fields

FOLDERS = [Path(__file__).parents[1] / name for name in ("scenarios", "troubles")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An app that cannot be locked, and what the command says."""

    app: Path
    document: dict[str, Any]
    files: dict[str, bytes]
    """The app's files as they were."""

    @property
    def refusal(self) -> dict[str, Any]:
        """Blockers and suggestions, as JSON has them."""
        found: dict[str, Any] = self.document["error"]["facts"]
        return found

    @property
    def suggestions(self) -> list[dict[str, Any]]:
        """All suggestions."""
        found: list[dict[str, Any]] = self.refusal["suggestions"]
        return found

    @property
    def working(self) -> list[dict[str, Any]]:
        """Those that were found to work."""
        return [each for each in self.suggestions if each["state"] == "works"]

    @property
    def hints(self) -> list[str]:
        """All hints on all problems."""
        return [hint for each in self.document["error"]["problems"] for hint in each["hints"]]

    @property
    def blocked(self) -> set[str]:
        """Packages that block."""
        return {blocker["package"] for blocker in self.refusal["blockers"]}

    def lock(self, *words: str) -> tuple[int, dict[str, Any]]:
        """Locks the app as it was at first, the list of suggestions being known.

        Returns:
            The exit code and the JSON document.
        """
        for path in self.app.iterdir():
            path.unlink()
        for name, content in self.files.items():
            (self.app / name).write_bytes(content)
        return lock(self.app, *words)


def lock(app: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the JSON document."""
    cached = ("--cache-dir", str(app.parent / "cache"), "--no-progress")
    code, out, _ = run("lock", str(app), *cached, "--output-format", "json", *words)
    return code, json.loads(out)


def failing() -> Iterator[Path]:
    """Scenarios with blockers that can be written as an app; the rest are the resolver's alone."""
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.toml")):
            table = read_scenario(path).table
            hashed = any(not isinstance(one, str) and one.hashes for one in table.project.requires)
            alone = hashed or table.direct or table.unreachable or table.settings.preferences
            if table.expected.blockers and not alone:
                yield path


PATHS = list(failing())
each_failure = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ways-out")


@pytest.fixture(autouse=True)
def builds_without_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """What setuptools would make of the pure sdists of the scenarios, without fetching it."""

    def build(source: Path, *_: object) -> BuiltWheel:
        native = tuple(path.name for path in source.rglob("*.c"))
        return BuiltWheel(filename=f"{source.name}-py3-none-any.whl", native=native)

    monkeypatch.setattr(sources, "build_wheel", build)
    monkeypatch.setattr(sources, "prepare_metadata", lambda source, *_: expected_fields(source))
    monkeypatch.setenv("COLUMNS", "100")


@cache
def failure(path: Path, worlds: Path) -> Failure:
    """The app of a scenario and why it cannot be locked, asked once for all tests."""
    app = write_trouble(read_scenario(path), worlds / path.stem)
    files = {each.name: each.read_bytes() for each in app.iterdir()}
    _, document = lock(app, "--fix-budget", "30")
    return Failure(app=app, document=document, files=files)


@each_failure
def test_a_suggestion_does_what_it_says_when_it_is_applied(path: Path, worlds: Path) -> None:
    failed = failure(path, worlds)
    for each in failed.working:
        code, document = failed.lock("--fix", str(each["number"]))
        if each["whole"]:
            assert code == 0, document
            assert run("check", str(failed.app))[0] == 0
        left = document.get("error", {}).get("facts", {"blockers": []})
        packages = {blocker["package"] for blocker in left["blockers"]}
        assert packages <= failed.blocked - set(each["packages"]), document
        # What was written is what was printed, character by character.
        written = document["fixed"] if code == 0 else left["applied"]
        assert written == each["lines"]
        for line in each["lines"]:
            text = (failed.app / line["file"]).read_text(encoding="utf-8")
            assert line["after"] in " ".join(text.split()), text


@pytest.mark.parametrize(
    "path", [path for path in PATHS if read_scenario(path).table.expected.fixes], ids=str
)
def test_the_changes_that_work_are_these(path: Path, worlds: Path) -> None:
    expected = read_scenario(path).table.expected.fixes
    working = sorted(failure(path, worlds).working, key=lambda each: each["cost"])
    written = [tuple(line["after"] for line in each["lines"]) for each in working]
    assert written[: len(expected)] == [*expected]


@each_failure
def test_what_is_printed_is_what_is_written(path: Path, worlds: Path) -> None:
    failed = failure(path, worlds)
    for each in failed.working:
        [hint, *others] = [h for h in failed.hints if f"`flet-lock --fix {each['number']}`)" in h]
        assert not others
        for line in each["lines"]:
            assert not line["after"] or f"`{line['after']}`" in hint
            assert (
                not line["before"]
                or line["before"] in hint
                or each["edits"][0]["type"]
                not in (
                    "rewrite-requirement",
                    "remove-requirement",
                )
            )


@each_failure
def test_no_suggestion_says_what_stands_there_already(path: Path, worlds: Path) -> None:
    for each in failure(path, worlds).suggestions:
        assert all(line["before"] != line["after"] for line in each["lines"])
        assert bool(each["edits"]) is bool(each["lines"])


@each_failure
def test_a_number_means_the_same_however_much_time_there_was(path: Path, worlds: Path) -> None:
    failed = failure(path, worlds)
    for budget in ("0", "0.05"):
        _, document = failed.lock("--fix-budget", budget)
        listed = document["error"]["facts"]["suggestions"]
        assert [each["number"] for each in listed] == [*range(1, len(listed) + 1)]
        assert [(each["cost"], each["loosened"], each["besides"]) for each in listed] == [
            (each["cost"], each["loosened"], each["besides"]) for each in failed.suggestions
        ]
        for before, after in zip(listed, failed.suggestions, strict=True):
            assert before["edits"] == after["edits"] or before["loosened"]


@each_failure
def test_suggestions_for_each_problem_lock_together(path: Path, worlds: Path) -> None:
    failed = failure(path, worlds)
    numbers = failed.refusal["together"]
    if not numbers:
        return
    words = ",".join(map(str, numbers))
    assert any(f"flet-lock --fix {words}`" in hint for hint in failed.document["error"]["hints"])
    code, document = failed.lock("--fix", words)
    assert code == 0, document
    assert run("check", str(failed.app))[0] == 0
