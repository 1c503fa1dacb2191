"""The pages in docs/: what they show is what the program says, recipes hold, links lead on."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import make_docs
from flet_lock.cli.command_line import parse_command_line
from flet_lock.cli.commands import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
FENCE = re.compile(r'^```(\w+)(?: title="([^"]*)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


def fences(language: str) -> Iterator[tuple[str, str]]:
    """Title and text of each block of a language, on any page."""
    for page in PAGES:
        for found, title, text in FENCE.findall(page.read_text(encoding="utf-8")):
            if found == language:
                yield title, text


def recipes() -> list[tuple[str, Any]]:
    return [(title, yaml.safe_load(text)) for title, text in fences("yaml")]


def steps() -> list[dict[str, Any]]:
    """The steps of all workflows."""
    return [
        step
        for _, recipe in recipes()
        if isinstance(recipe, dict) and "jobs" in recipe
        for job in recipe["jobs"].values()
        for step in job["steps"]
    ]


@pytest.mark.slow
def test_what_is_shown_is_what_the_program_says(tmp_path: Path) -> None:
    worlds = make_docs.Worlds(tmp_path)
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert make_docs.renewed(text, worlds) == text, (
            f"{page.name}: run python tools/make_docs.py, and look at the diff"
        )


def commands() -> list[str]:
    """Every line with flet-lock in any block that is not output."""
    found = []
    for language in ("console", "yaml", "dockerfile"):
        for _, text in fences(language):
            for line in text.replace("\\\n", " ").splitlines():
                match = re.match(r"\s*(?:\$ |- run: |- )?(?:.* )?\b(flet-lock [a-z-].*)", line)
                is_input = language != "console" or line.startswith("$ ")
                if match is not None and is_input and "pip install" not in line:
                    found.append(match[1])
    return found


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_every_command_is_understood(command: str) -> None:
    words = shlex.split(re.split(r" > | \|\| | && |  #", command)[0])
    # What is not understood raises; a help that is asked for is of a command that there is.
    assert parse_command_line(words[1:]).command.name in {*words[1:], "lock"}


def test_every_command_is_explained() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert [each.name for each in COMMANDS if not re.search(rf"\b{each.name}\b", text)] == []


def test_recipes_are_there_and_no_action_is_unpinned() -> None:
    titles = {title for title, _ in recipes()}
    assert titles >= {
        ".github/workflows/lock.yml",
        ".github/workflows/build.yml",
        ".github/workflows/scan.yml",
        ".github/workflows/upgrade.yml",
        ".gitlab-ci.yml",
        ".pre-commit-config.yaml",
    }
    for step in steps():
        name, _, version = step.get("uses", "").partition("@")
        if name and name not in ("flet-dev/flet-lock", "github/codeql-action/upload-sarif"):
            assert re.fullmatch("[0-9a-f]{40}", version), name


def test_workflows_ask_for_no_more_rights_than_they_need() -> None:
    for title, recipe in recipes():
        if "workflows" in title:
            rights = recipe["permissions"]
            writes = {name for name, right in rights.items() if right == "write"}
            assert bool(writes) == (title.endswith(("upgrade.yml", "scan.yml")))


def test_no_expression_stands_in_a_script() -> None:
    assert not [step["run"] for step in steps() if "${{" in step.get("run", "")]


def test_inputs_of_the_action_and_ids_of_the_hooks_are_there() -> None:
    used = [step for step in steps() if step.get("uses", "").startswith("flet-dev/")]
    assert used
    for step in used:
        assert set(step["with"]) <= set(ACTION["inputs"])
    ids = {hook["id"] for hook in HOOKS}
    for title, recipe in recipes():
        if title == ".pre-commit-config.yaml":
            assert {each["id"] for repo in recipe["repos"] for each in repo["hooks"]} <= ids


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_within_the_site_lead_somewhere(page: Path) -> None:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        file, _, anchor = target.partition("#")
        other = page.parent / file if file else page
        assert other.is_file(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", other.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w]+", "-", each.lower()).strip("-") for each in headings}
            assert anchor in slugs, target


def test_the_navigation_has_every_page() -> None:
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    named = [next(iter(entry.values())) for entry in config["nav"]]
    assert sorted(named) == [page.name for page in PAGES]


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("mkdocs", path=str(Path(sys.executable).parent)) is None,
    reason="NO MKDOCS HERE: the site was not built (pip install --group docs; CI builds it)",
)
def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "commands" / "index.html").is_file()
