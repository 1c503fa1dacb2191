"""Where a run's words go: stdout or stderr, coloured or not, as text, JSON or annotations."""

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.streams import write
from flet_lock.model.errors.usage import UsageError
from flet_lock.reports.layout.clean_text import clean
from flet_lock.reports.layout.glyphs import can_show
from flet_lock.reports.layout.page import Medium
from flet_lock.reports.output_formats import FORMATS, refuse_format
from flet_lock.reports.render import Rendered, View

if TYPE_CHECKING:
    from flet_lock.model.app.requirement import Place

_COLOURS = ("auto", "always", "never")
_WIDEST = 120
"""Columns; longer lines are hard to read."""
_PIPED = 100
_NARROWEST = 40
_DIGITS = 6
"""Of COLUMNS: a longer number is no narrower for being cut."""
_OFF = ("", "0", "false", "no", "off")


class Output(Struct, frozen=True, kw_only=True):
    """How this run speaks."""

    format: str
    """A name in `FORMATS`."""
    colour: str
    """`auto`, `always` or `never`."""
    progress: bool
    quiet: int
    verbose: int
    environ: Mapping[str, str]

    def result(self, text: str) -> None:
        """Writes to stdout."""
        write(sys.stdout, text)

    def talk(self, text: str) -> None:
        """Writes to stderr."""
        write(sys.stderr, text)

    def write(self, rendered: Rendered) -> None:
        """Writes a drawn outcome."""
        if rendered.stdout:
            self.result(rendered.stdout)
        if rendered.stderr:
            self.talk(rendered.stderr)
        path = self.environ.get("GITHUB_STEP_SUMMARY") if rendered.summary else None
        if path:
            # A summary that cannot be written takes nothing from the answer.
            with suppress(OSError), Path(path).open("a", encoding="utf-8") as file:
                file.write(rendered.summary)

    def say_which_app(self, root: Path) -> None:
        """Tells, where text is wanted, which app was found from another folder."""
        if not self.quiet:
            self.talk(f"flet-lock: the app in {clean(str(root))}\n")

    def view(self, root: Path, form: str | None) -> View:
        """How an outcome is to be drawn.

        Args:
            root: the app's folder.
            form: what `--format` or `--shell` says; None where neither was given.
        """
        return View(
            stdout=self._medium(sys.stdout),
            stderr=self._medium(sys.stderr),
            quiet=self.quiet,
            verbose=bool(self.verbose),
            form=form,
            root=root,
            environ=self.environ,
            locate=partial(_locate, root),
        )

    def _medium(self, stream: TextIO) -> Medium:
        return Medium(
            width=self.width,
            ascii_only=not can_show(stream.encoding),
            coloured=self.is_coloured(stream),
        )

    def is_coloured(self, stream: TextIO) -> bool:
        """The option first, then NO_COLOR, FORCE_COLOR (no-color.org), then the stream itself."""
        if self.colour != "auto":
            return self.colour == "always"
        if self.environ.get("NO_COLOR"):
            return False
        if self.environ.get("FORCE_COLOR", "").lower() not in _OFF:
            return True
        return self.is_terminal(stream)

    def is_terminal(self, stream: TextIO) -> bool:
        """Whether a person looks at a stream that can do more than print."""
        return stream.isatty() and self.environ.get("TERM") != "dumb"

    @property
    def shows_progress(self) -> bool:
        """Whether a live line is wanted and possible."""
        return (
            self.progress
            and not self.quiet
            and not self.verbose
            and self.environ.get("CI", "").lower() in _OFF
            and self.is_terminal(sys.stderr)
        )

    @property
    def width(self) -> int:
        """Columns to lay out for."""
        return max(_NARROWEST, min(_columns(), _WIDEST))


def _locate(root: Path, place: "Place") -> "Place":
    from flet_lock.workflows.place_lines import find_line  # noqa: PLC0415 - few formats point at lines

    return find_line(root, place)


def _columns() -> int:
    """As `shutil.get_terminal_size` has it, whose module brings every compression there is."""
    given = os.environ.get("COLUMNS", "")
    if given.isascii() and given.isdecimal() and int(given[:_DIGITS]):
        return int(given[:_DIGITS])
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _PIPED  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):  # no stdout, a closed one, or no terminal
        return _PIPED


def choose_output(invocation: Invocation | None, environ: Mapping[str, str]) -> Output:
    """Options first, then the environment.

    Args:
        invocation: None where the command line could not be read.
        environ: The process environment.

    Raises:
        UsageError: an environment variable has a value that it cannot have, or the command has
            no such form.
    """
    given = invocation.text if invocation is not None else _nothing
    # `tree --format json`: who asks for a document gets one for failures too.
    wanted = "json" if given("format") == "json" else given("output-format")
    format_name = _choice("FLET_LOCK_OUTPUT_FORMAT", wanted, tuple(FORMATS), environ)
    if invocation is not None:
        refuse_format(format_name, invocation.command.name, invocation.command.kind)
    return Output(
        format=format_name,
        colour=_choice("FLET_LOCK_COLOR", given("color"), _COLOURS, environ),
        progress=not (invocation is not None and invocation.flag("no-progress"))
        and environ.get("FLET_LOCK_NO_PROGRESS", "").lower() in _OFF,
        quiet=_count("quiet", invocation, environ),
        verbose=_count("verbose", invocation, environ),
        environ=environ,
    )


def guess_output(argv: Iterable[str], environ: Mapping[str, str]) -> Output:
    """For a command line with a mistake in it: a program that asked for JSON still gets it."""
    words = list(argv)
    wanted = environ.get("FLET_LOCK_OUTPUT_FORMAT", "")
    for number, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name == "--output-format":
            wanted = value if equals else "".join(words[number + 1 : number + 2])
    return Output(
        format=wanted if wanted in FORMATS else next(iter(FORMATS)),
        colour="auto",
        progress=False,
        quiet=0,
        verbose=0,
        environ=environ,
    )


def _nothing(_key: str) -> None:
    return None


def _choice(
    variable: str, given: str | None, choices: tuple[str, ...], environ: Mapping[str, str]
) -> str:
    if given is not None:
        return given
    value = environ.get(variable, "")
    if value and value not in choices:
        raise UsageError(
            option=variable, value=value, detail="there is no such choice", choices=choices
        )
    return value or choices[0]


def _count(key: str, invocation: Invocation | None, environ: Mapping[str, str]) -> int:
    given = invocation.count(key) if invocation is not None else 0
    text = environ.get(f"FLET_LOCK_{key.upper()}", "").lower()
    if given or text in _OFF:
        return given
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 1  # noqa: PLR2004
