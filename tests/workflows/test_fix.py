"""Ways out of every scenario that cannot be locked: each is applied, and has to do what it says."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fakes.scenario import read_scenario
from fakes.trouble import Answer, ask, run, write_trouble
from flet_lock.index.sources import source_artifacts as sources
from flet_lock.index.sources.source_build import BuiltWheel, expected_fields

FOLDERS = [Path(__file__).parents[1] / name for name in ("scenarios", "troubles")]
NOT_ON_DISK = ("direct references", "the indexes of a trouble", "hashes are not")
"""Why a scenario cannot be written as an app: it is the resolver's alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An app that cannot be locked, and what the command says."""

    app: Path
    answer: Answer

    @property
    def ways(self) -> list[dict[str, Any]]:
        """All ways out, as JSON has them."""
        found: list[dict[str, Any]] = self.answer.fact("error.facts.ways_out.ways")
        return found

    @property
    def blocked(self) -> set[str]:
        """Packages that block."""
        return {blocker["package"] for blocker in self.answer.fact("error.facts.blockers")}


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
    return Failure(app=app, answer=ask(app, "--fix-budget", "30"))


@each_failure
def test_a_way_out_does_what_it_says_when_it_is_applied(path: Path, worlds: Path) -> None:
    failed = failure(path, worlds)
    for number, way in enumerate(failed.ways, 1):
        app = copy_of(failed.app, f"fixed-{number}")
        code, _, said = run("lock", str(app), "--no-cache", "--fix", str(number))
        if way["whole"]:
            assert code == 0, said
            assert run("check", str(app))[0] == 0
        else:
            assert code == 1
            left = {b["package"] for b in ask(app).fact("error.facts.blockers")}
            assert left <= failed.blocked - set(way["packages"]), said
        for line in way["lines"]:
            text = (app / line["file"]).read_text(encoding="utf-8")
            assert line["after"] in " ".join(text.split()), text


@each_failure
def test_the_first_way_out_of_each_problem_locks_together(path: Path, worlds: Path) -> None:
    failed = failure(path, worlds)
    numbers = failed.answer.fact("error.facts.ways_out.together")
    if not numbers:
        return
    app = copy_of(failed.app, "fixed")
    words = ",".join(map(str, numbers))
    assert any(f"flet-lock --fix {words}`" in h for h in failed.answer.fact("error.hints"))
    code, _, said = run("lock", str(app), "--no-cache", "--fix", words)
    assert code == 0, said
    assert run("check", str(app))[0] == 0


@each_failure
def test_every_way_out_is_told_with_its_number_and_its_lines(path: Path, worlds: Path) -> None:
    failed = failure(path, worlds)
    hints = [h for problem in failed.answer.fact("error.problems") for h in problem["hints"]]
    # Where a name settles it, the words of the advice stand for the line.
    advised = {b["package"] for b in failed.answer.fact("error.facts.blockers") if b["advice"]}
    for number, way in enumerate(failed.ways, 1):
        [hint] = [hint for hint in hints if f"`flet-lock --fix {number}`)" in hint]
        if not advised & set(way["packages"]):
            assert all(line["after"] in hint for line in way["lines"])


def copy_of(app: Path, name: str) -> Path:
    """The app beside itself, so that its indexes are where they were."""
    copy = app.with_name(name)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(app, copy)
    return copy
