"""The output formats: the one table of their names.

A format is one class with a method for each kind of outcome (`Renderer`), and a row in `FORMATS`. A
format that some commands do not have (SARIF, say) leaves their methods out: `refuse_format` then
refuses the command line before anything is done.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from flet_lock.model.errors.usage import UsageError
from flet_lock.reports.render import FailureRenderer, Rendered, Renderer, View

if TYPE_CHECKING:
    from flet_lock.reports.render import Outcome


class OutputFormat(Struct, frozen=True, kw_only=True):
    """A value of `--output-format`."""

    open: Callable[[], FailureRenderer]
    gloss: str = ""
    """For the help text."""
    repeatable: bool = True
    """Whether a run that finds nothing changed prints the same bytes again."""
    owns_stdout: bool = False
    """Whether nothing but the document may go to stdout, such as the output of a build."""


def _text() -> Renderer:
    from flet_lock.reports.text.text_renderer import TextRenderer  # noqa: PLC0415 - only what is used

    return TextRenderer()


def _json() -> Renderer:
    from flet_lock.reports.json.json_renderer import JsonRenderer  # noqa: PLC0415

    return JsonRenderer()


def _github() -> Renderer:
    from flet_lock.reports.github.github_renderer import GithubRenderer  # noqa: PLC0415

    return GithubRenderer()


def _sarif() -> FailureRenderer:
    from flet_lock.reports.sarif.sarif_renderer import SarifRenderer  # noqa: PLC0415

    return SarifRenderer()


FORMATS: Final[dict[str, OutputFormat]] = {
    "text": OutputFormat(open=_text),
    "json": OutputFormat(
        open=_json,
        gloss="one document on stdout, for failures too",
        repeatable=False,  # a document tells how long the run took
        owns_stdout=True,
    ),
    "github": OutputFormat(open=_github, gloss="annotations for Actions"),
    "sarif": OutputFormat(
        open=_sarif, gloss="findings of audit, check and lock for code scanning", owns_stdout=True
    ),
}
"""The one table of output formats; the first is the default."""


def render(outcome: "Outcome", format_name: str, view: View) -> Rendered:
    """Draws an outcome in a format that has it."""
    # By name, so that no class of outcome is imported that this run does not have.
    method: Callable[[Outcome, View], Rendered] = getattr(
        FORMATS[format_name].open(), method_of(outcome.kind)
    )
    return method(outcome, view)


def method_of(kind: str) -> str:
    """The name of the renderers' method for a kind of outcome: `upgrade_flet`."""
    return kind.replace("-", "_")


def refuse_format(format_name: str, command: str, kind: str) -> None:
    """Refuses a format that a command does not have.

    Args:
        format_name: A name in `FORMATS`.
        command: The command's name.
        kind: The kind of its outcome.

    Raises:
        UsageError: there is no such form of the command's outcome.
    """
    method = method_of(kind)
    if not hasattr(FORMATS[format_name].open(), method):
        choices = tuple(name for name, each in FORMATS.items() if hasattr(each.open(), method))
        raise UsageError(
            option="--output-format",
            value=format_name,
            detail=f"flet-lock {command} has no such form",
            choices=choices,
        )
