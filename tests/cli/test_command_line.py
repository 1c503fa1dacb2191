"""Words of a command line become a command, a folder and a layer of options."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from flet_lock.cli.command import Command
from flet_lock.cli.command_line import Invocation, parse_command_line
from flet_lock.cli.commands import COMMANDS, command_help, overview
from flet_lock.cli.options import BY_NAME, OPTIONS
from flet_lock.model.errors.usage import UsageError
from flet_lock.project.settings import merge as settings
from flet_lock.reports.wording.failure.errors import explain
from flet_lock.reports.wording.failure.other_tools import OTHER_TOOLS


def refusal(*argv: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parse_command_line(argv)
    return caught.value


def command_of(*argv: str) -> tuple[str, tuple[str, ...]]:
    found = parse_command_line(argv)
    return found.command.name, found.words


def test_lock_is_the_default_command(tmp_path: Path) -> None:
    assert command_of() == ("lock", ())
    assert command_of("--dry-run") == ("lock", ())
    assert command_of(str(tmp_path)) == ("lock", (str(tmp_path),))
    assert command_of("lock", "my-app") == ("lock", ("my-app",))


def test_a_folder_named_like_a_command_is_reached_by_its_path() -> None:
    assert command_of("check") == ("check", ())
    assert command_of("./check") == ("lock", ("./check",))
    assert command_of("lock", "check") == ("lock", ("check",))


def test_options_stand_before_and_after_the_command() -> None:
    before = parse_command_line(["--platform", "android", "check", "."])
    after = parse_command_line(["check", ".", "--platform", "android"])
    assert replace(before, argv=()) == replace(after, argv=())
    assert before.settings == {"platform": ["android"]}


def test_only_what_was_given_is_in_the_layer_of_options() -> None:
    assert parse_command_line([]).settings == {}
    found = parse_command_line(
        ["-U", "-Pnumpy", "-P", "pillow==11", "--index=flet=../twin", "--python-version", "3.13"]
    )
    assert found.settings == {
        "upgrade": True,
        "upgrade-package": ["numpy", "pillow==11"],
        "index": ["flet=../twin"],
        "python-version": "3.13",
    }


def test_what_the_command_line_itself_acts_on_is_no_setting() -> None:
    found = parse_command_line(["--dry-run", "-qq", "-v", "--color=never", "--no-progress"])
    assert found.settings == {}
    assert (found.count("quiet"), found.count("verbose")) == (2, 1)
    assert found.flag("dry-run")
    assert found.text("color") == "never"


def test_every_setting_is_one_that_the_project_reads() -> None:
    known = set(settings._BY_NAME)
    assert {option.key for option in OPTIONS if option.setting} <= known


@pytest.mark.parametrize(
    ("argv", "option", "value"),
    [
        (["--platfrom", "android"], "--platfrom", ""),
        (["--platfrom=android"], "--platfrom", ""),
        (["--platform", "andriod"], "--platform", "andriod"),
        (["--index"], "--index", ""),
        (["--dry-run=yes"], "--dry-run", ""),
        (["check", "--upgrade"], "--upgrade", ""),
        (["cache"], "flet-lock cache", ""),
        (["cache", "sizes"], "flet-lock cache", "sizes"),
        (["tree", "one", "two"], "", "two"),
        (["chekc"], "", "chekc"),
        (["-x"], "-x", ""),
    ],
)
def test_a_mistake_is_named(argv: list[str], option: str, value: str) -> None:
    error = refusal(*argv)
    assert (error.option, error.value) == (option, value)


def test_a_mistyped_option_has_all_options_to_choose_from() -> None:
    assert "--platform" in refusal("--platfrom").choices
    assert refusal("--arch", "arm64").choices == BY_NAME["--arch"].choices


def test_a_missing_value_says_which_is_wanted() -> None:
    assert refusal("--index").detail == "it needs a value: --index NAME=URL"
    assert refusal("--color").detail == "it needs a value: --color auto|always|never"


def test_a_folder_that_only_resembles_a_command_is_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "locks").mkdir()
    assert command_of("locks") == ("lock", ("locks",))


def test_what_follows_build_is_flets_own() -> None:
    found = parse_command_line(
        ["--offline", "build", "apk", "--arch", "arm64-v8a", "-v", "--", "x"]
    )
    assert found.to_run == ("flet", "build", "apk", "--arch", "arm64-v8a", "-v", "--", "x")
    assert (found.words, found.values) == ((), {"offline": True})


def test_build_wants_to_know_what() -> None:
    error = refusal("build")
    assert error.option == "flet-lock build"
    assert error.detail.endswith("is missing: flet-lock build apk")


@pytest.mark.parametrize("argv", [("build", "apk", "--help"), ("build", "-h"), ("help", "build")])
def test_the_help_of_build_is_ours(argv: tuple[str, ...]) -> None:
    found = parse_command_line(argv)
    assert found.command.name == "build"
    assert found.flag("help")


def test_help_is_a_word_too() -> None:
    found = parse_command_line(["help", "check"])
    assert (found.command.name, found.named, found.flag("help")) == ("check", True, True)
    assert not parse_command_line(["help"]).named
    assert refusal("help", "chekc").value == "chekc"


def test_a_value_is_no_command() -> None:
    assert command_of("--index", "check", "lock")[0] == "lock"
    assert command_of("-qP", "check") == ("lock", ())
    assert command_of("-Pcheck", "lock") == ("lock", ())
    assert command_of("-q", "why", "lock") == ("why", ("lock",))


@pytest.mark.parametrize("word", OTHER_TOOLS)
def test_words_of_other_tools_are_answered_with_ours(word: str) -> None:
    assert word not in BY_NAME
    error = refusal(word)
    (hint,) = explain(error).hints
    ours = OTHER_TOOLS[word][0]
    assert f"`{ours}`" in hint
    # What is offered is there: the option, or the command.
    for name in (each for each in ours.split() if each.startswith("-") and ours[0] == "-"):
        assert name in BY_NAME


def test_an_option_of_another_command_leads_to_the_help_of_this_one() -> None:
    assert explain(refusal("check", "--upgrade")).hints == (
        "see `flet-lock check --help` for what there is",
    )


def test_help_is_given_whatever_else_stands_there() -> None:
    found: Invocation = parse_command_line(["cache", "--help", "--upgrade"])
    assert found.flag("help")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_help_names_every_option_and_fits_the_width(width: int) -> None:
    text = overview(width)
    for command in COMMANDS:
        assert f"  {command.name}" in text
        page = command_help(command, width)
        for name in command.options:
            assert name in page
        for example, _ in command.examples:
            assert example in page
        assert max(map(len, page.splitlines())) <= width
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_example_of_the_help_is_understood(command: Command) -> None:
    for example, _ in command.examples:
        assert parse_command_line(example.split()[1:]).command is command
