"""Who sees what: colour, progress, formats, widths."""

import io
import sys

import pytest

from flet_lock.cli.command_line import parse_command_line
from flet_lock.cli.output import Output, choose_output, guess_output
from flet_lock.model.errors.usage import UsageError
from flet_lock.reports.output_formats import FORMATS


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def output(*argv: str, **environ: str) -> Output:
    return choose_output(parse_command_line(argv), environ)


@pytest.mark.parametrize(
    ("argv", "environ", "on_terminal", "piped"),
    [
        ((), {}, True, False),
        ((), {"NO_COLOR": "1"}, False, False),
        ((), {"NO_COLOR": ""}, True, False),
        ((), {"FORCE_COLOR": "1"}, True, True),
        ((), {"FORCE_COLOR": "0"}, True, False),
        ((), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ((), {"TERM": "dumb"}, False, False),
        ((), {"FLET_LOCK_COLOR": "always", "NO_COLOR": "1"}, True, True),
        (("--color", "never"), {"FLET_LOCK_COLOR": "always"}, False, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True, True),
    ],
)
def test_colour_follows_the_option_then_the_environment_then_the_stream(
    argv: tuple[str, ...], environ: dict[str, str], on_terminal: bool, piped: bool
) -> None:
    found = output(*argv, **environ)
    assert found.is_coloured(Terminal()) is on_terminal
    assert found.is_coloured(io.StringIO()) is piped


@pytest.mark.parametrize(
    ("argv", "environ", "shown"),
    [
        ((), {}, True),
        (("--no-progress",), {}, False),
        ((), {"FLET_LOCK_NO_PROGRESS": "1"}, False),
        ((), {"CI": "true"}, False),
        ((), {"CI": "false"}, True),
        ((), {"TERM": "dumb"}, False),
        (("-q",), {}, False),
        (("-v",), {}, False),
        (("--output-format", "json"), {}, True),
    ],
)
def test_progress_is_for_people_at_a_terminal(
    argv: tuple[str, ...],
    environ: dict[str, str],
    shown: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert output(*argv, **environ).shows_progress is shown
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not output(*argv, **environ).shows_progress


def test_the_format_comes_from_the_option_then_the_environment() -> None:
    assert output().format == "text"
    assert output(FLET_LOCK_OUTPUT_FORMAT="json").format == "json"
    assert output("--output-format", "github", FLET_LOCK_OUTPUT_FORMAT="json").format == "github"
    with pytest.raises(UsageError) as caught:
        output(FLET_LOCK_OUTPUT_FORMAT="xml")
    assert caught.value.choices == tuple(FORMATS)


@pytest.mark.parametrize(
    "argv",
    [["--output-format", "json", "--nonsense"], ["--nonsense", "--output-format=json"]],
)
def test_a_program_that_mistypes_gets_its_mistake_as_json(argv: list[str]) -> None:
    assert guess_output(argv, {}).format == "json"
    assert guess_output([], {"FLET_LOCK_OUTPUT_FORMAT": "json"}).format == "json"
    assert guess_output(["--output-format"], {}).format == "text"


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("300", 120), ("10", 40)])
def test_lines_are_laid_out_for_the_terminal_within_reason(
    columns: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert output().width == width


def test_counts_come_from_the_environment_too() -> None:
    assert output(FLET_LOCK_QUIET="2").quiet == 2
    assert output(FLET_LOCK_VERBOSE="true").verbose == 1
    assert output("-q", FLET_LOCK_QUIET="2").quiet == 1
