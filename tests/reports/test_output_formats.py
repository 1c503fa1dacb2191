"""Each command has each output format, and a new format is a class and a row."""

import inspect
import json
import typing
from collections.abc import Callable, Iterator, Mapping

import pytest

from fakes import outcomes
from fakes.every_outcome import EVERY_OUTCOME, RUNNABLE, Runner
from flet_lock.cli.commands import COMMANDS
from flet_lock.cli.main import main
from flet_lock.cli.options import BY_NAME
from flet_lock.model.errors.usage import UsageError
from flet_lock.reports import render as render_module
from flet_lock.reports.layout.page import Medium
from flet_lock.reports.output_formats import FORMATS, OutputFormat, method_of, refuse_format, render
from flet_lock.reports.render import FailureRenderer, Rendered, Renderer, View
from flet_lock.workflows.command_outcome import CommandOutcome

Capture = pytest.CaptureFixture[str]
VIEW = View(stdout=Medium(width=80), stderr=Medium(width=80))
KINDS = {
    name.replace("_", "-")
    for name, _ in inspect.getmembers(Renderer, inspect.isfunction)
    if name[0] != "_"
}


class Echo:
    """A format that prints the name of what it draws; it has every kind of outcome."""

    def __getattr__(self, kind: str) -> Callable[[CommandOutcome, View], Rendered]:
        if kind.replace("_", "-") not in KINDS:
            raise AttributeError(kind)
        return lambda outcome, _view: Rendered(f"<{outcome.kind} {outcome.exit_code}>\n")

    def failure(self, outcome: CommandOutcome, _view: View) -> Rendered:
        return Rendered(f"<failure {outcome.exit_code}>\n")


class ChecksOnly:
    """A format for one command, as SARIF would be."""

    def check(self, outcome: CommandOutcome, _view: View) -> Rendered:
        return Rendered(f"check: {outcome.exit_code}\n")

    def failure(self, _outcome: CommandOutcome, _view: View) -> Rendered:
        return Rendered("failed\n")


@pytest.fixture
def formats() -> Iterator[dict[str, OutputFormat]]:
    """The table of formats with two more rows."""
    FORMATS["echo"] = OutputFormat(open=Echo)
    FORMATS["checks"] = OutputFormat(open=ChecksOnly)
    try:
        yield FORMATS
    finally:
        del FORMATS["echo"], FORMATS["checks"]


def test_there_is_a_method_for_each_kind_of_outcome_and_no_other() -> None:
    commands = {command.kind for command in COMMANDS}
    assert commands | {"failure"} == KINDS == set(EVERY_OUTCOME)
    for kind, outcome in EVERY_OUTCOME.items():
        assert outcome().kind == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (name, kind)
        for name, each in FORMATS.items()
        for kind in sorted(KINDS)
        if hasattr(each.open(), method_of(kind))
    ],
)
def test_every_format_draws_every_outcome_that_it_has(name: str, kind: str) -> None:
    drawn = render(EVERY_OUTCOME[kind](), name, VIEW)  # type: ignore[arg-type] # a base of them all
    assert drawn.stdout or drawn.stderr
    if name == "json":
        assert isinstance(json.loads(drawn.stdout), dict)
        assert drawn.stderr == ""
    if name == "github":
        assert drawn.stderr == "", "GitHub reads commands on stdout"


def test_sarif_is_for_what_has_findings() -> None:
    renderer = FORMATS["sarif"].open()
    assert {kind for kind in KINDS if hasattr(renderer, method_of(kind))} == {
        *("audit", "check", "failure", "lock")
    }


@pytest.mark.parametrize("command", RUNNABLE)
def test_a_new_format_is_a_row_and_each_command_has_it(
    command: str, run_command: Runner, formats: Mapping[str, OutputFormat], capsys: Capture
) -> None:
    assert "echo" in formats
    code = run_command(command, "--output-format", "echo")
    done = capsys.readouterr()
    assert done.out.splitlines()[-1] == f"<{command} {code}>"


@pytest.mark.usefixtures("formats")
def test_a_new_format_is_for_failures_too(capsys: Capture) -> None:
    assert main(["nowhere", "--output-format", "echo"]) == 2
    assert capsys.readouterr().out == "<failure 2>\n"
    assert main(["--nonsense", "--output-format", "echo"]) == 2
    assert capsys.readouterr().out == "<failure 2>\n"


@pytest.mark.usefixtures("formats")
def test_a_format_of_one_command_is_refused_by_the_others_before_they_run(
    run_command: Runner, capsys: Capture, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert run_command("check", "--output-format", "checks") in (0, 1)
    assert capsys.readouterr().out.startswith("check: ")
    empty = tmp_path_factory.mktemp("empty")
    assert main(["lock", str(empty), "--output-format", "checks"]) == 2
    # The format itself tells, since that is what the caller reads.
    assert capsys.readouterr().out == "failed\n"
    assert list(empty.iterdir()) == []


@pytest.mark.usefixtures("formats")
def test_the_formats_are_the_choices_of_the_option() -> None:
    assert [*BY_NAME["--output-format"].choices] == [*FORMATS]
    with pytest.raises(UsageError) as caught:
        refuse_format("checks", "lock", "lock")
    assert "checks" not in caught.value.choices
    assert "echo" in caught.value.choices


def test_the_renderers_declare_the_outcomes_that_they_draw() -> None:
    # The classes are imported for types only, so nothing else compares names with annotations.
    assert {each.kind for each in typing.get_args(_outcome_union())} == KINDS


def _outcome_union() -> object:
    source = inspect.getsource(render_module)
    block = source.partition("if TYPE_CHECKING:")[2].partition("\n\n\nclass")[0]
    body = "\n".join(line.removeprefix("    ") for line in block.splitlines()[1:])
    found: dict[str, object] = {}
    exec(compile(body, "render.py", "exec"), found)
    return found["Outcome"]


def test_a_failure_renderer_is_enough_of_a_format() -> None:
    assert {name for name in vars(FailureRenderer) if name[0] != "_"} == {"failure"}


def test_the_unchanged_answer_is_the_same_value_where_nothing_is_told_of_the_run() -> None:
    checked = outcomes.check_outcome()
    assert checked.unchanged() is checked
    locked = outcomes.hello()
    assert locked.unchanged() is not locked
