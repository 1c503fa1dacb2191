"""Hands values to the reports in the format that was asked for."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from flet_lock.cli.output import Output
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.glyphs import can_show
from flet_lock.reports.layout.page import Line, Medium, Paragraph, lay_out, plain_text

if TYPE_CHECKING:  # `check` needs nothing of `lock`
    from flet_lock.workflows.locking.check import CheckOutcome
    from flet_lock.workflows.outcome import LockOutcome

SILENT = 2
"""As many -q leave the exit code only."""


def draw_lock(outcome: "LockOutcome", output: Output, *, root: Path, exit_code: int) -> None:
    """The result of a lock run, to stdout."""
    if output.format == "json":
        from flet_lock.reports.json.json_report import lock_document, render_json  # noqa: PLC0415

        output.result(render_json(lock_document(outcome, exit_code=exit_code)))
    elif output.format == "github":
        from flet_lock.reports.github.annotations import lock_annotations  # noqa: PLC0415

        _draw_texts(lock_annotations(outcome, folder=_folder(root, output.environ)), output)
    elif not output.quiet:
        from flet_lock.reports.text.lock_page import lock_page  # noqa: PLC0415

        _draw(lock_page(outcome, verbose=bool(output.verbose)), sys.stdout, output)


def draw_check(outcome: "CheckOutcome", output: Output, *, root: Path, exit_code: int) -> None:
    """The answer of a check, to stdout."""
    if output.format == "json":
        from flet_lock.reports.json.json_report import check_document, render_json  # noqa: PLC0415

        output.result(render_json(check_document(outcome, exit_code=exit_code)))
    elif output.format == "github":
        from flet_lock.reports.github.annotations import check_annotations  # noqa: PLC0415

        _draw_texts(check_annotations(outcome, folder=_folder(root, output.environ)), output)
    elif output.quiet < SILENT and not (output.quiet and outcome.in_step):
        from flet_lock.reports.text.check_page import check_page  # noqa: PLC0415

        _draw(check_page(outcome, verbose=bool(output.verbose)), sys.stdout, output)


def draw_page(paragraphs: Iterable[Paragraph], stream: TextIO, output: Output) -> None:
    """A page, to stdout or stderr."""
    _draw(paragraphs, stream, output)


def draw_annotations(lines: Iterable[str], output: Output) -> None:
    """Annotations, to stdout."""
    _draw_texts(lines, output)


def draw_failure(
    error: BaseException,
    explanation: Explanation,
    output: Output,
    *,
    root: Path,
    command: str,
) -> None:
    """Why there is no result: text to stderr, documents and annotations to stdout."""
    if output.format == "json":
        from flet_lock.reports.json.json_report import failure_document, render_json  # noqa: PLC0415

        document = failure_document(
            error, explanation, command=command, exit_code=explanation.exit_code
        )
        output.result(render_json(document))
    elif output.format == "github":
        from flet_lock.reports.github.annotations import failure_annotations  # noqa: PLC0415

        _draw_texts(failure_annotations(explanation, folder=_folder(root, output.environ)), output)
    elif output.quiet < SILENT:
        from flet_lock.reports.text.failure_page import failure_page  # noqa: PLC0415

        medium = medium_of(sys.stderr, output)
        lines = failure_page(explanation, medium=medium, verbose=bool(output.verbose))
        _paint(lines, sys.stderr, output)


def _draw(paragraphs: Iterable[Paragraph], stream: TextIO, output: Output) -> None:
    _paint(lay_out(paragraphs, medium_of(stream, output)), stream, output)


def draw_lines(lines: Iterable[Line], output: Output, *, stream: TextIO | None = None) -> None:
    """Lines that are laid out already; to stdout, unless another stream is named."""
    _paint(lines, sys.stdout if stream is None else stream, output)


def _paint(lines: Iterable[Line], stream: TextIO, output: Output) -> None:
    write = output.result if stream is sys.stdout else output.talk
    if not output.is_coloured(stream):
        write(plain_text(lines))
        return
    from flet_lock.reports.layout.terminal import painted  # noqa: PLC0415 - rich, for eyes only

    write(painted(lines))


def _draw_texts(lines: Iterable[str], output: Output) -> None:
    output.result("".join(f"{line}\n" for line in lines))


def medium_of(stream: TextIO, output: Output) -> Medium:
    """What text on a stream is laid out for."""
    return Medium(width=output.width, ascii_only=not can_show(stream.encoding))


def _folder(root: Path, environ: Mapping[str, str]) -> str:
    """The app's folder within the checkout, as annotations need it."""
    checkout = environ.get("GITHUB_WORKSPACE") or "."
    try:
        folder = os.path.relpath(root.resolve(), Path(checkout).resolve())
    except ValueError:  # another drive of Windows
        return ""
    return "" if folder == "." or folder.startswith("..") else folder.replace(os.sep, "/")
