"""`flet-lock wheels`, `why` and `tree`: what there is, and what is locked."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.drawing import SILENT, draw_lines, medium_of
from flet_lock.cli.output import Output
from flet_lock.model.errors import UsageError
from flet_lock.model.event import Listener
from flet_lock.reports.json.to_json import Json
from flet_lock.reports.layout.page import Line, Paragraph, lay_out

DONE = 0
NO = 1


def run_wheels(invocation: Invocation, output: Output, *, listener: Listener) -> int:
    """Shows which releases of packages run where; 1 where one of them has none to speak of."""
    from flet_lock.workflows.inspecting.wheels import wheels  # noqa: PLC0415 - each command loads its own

    outcome = wheels(
        Path(),
        invocation.words,
        options=invocation.settings,
        environ=output.environ,
        everything=invocation.flag("all"),
        listener=listener,
    )
    code = DONE if outcome.found else NO
    if output.format == "json":
        from flet_lock.reports.json.wheels_json import wheels_document  # noqa: PLC0415

        _draw_document(wheels_document(outcome, exit_code=code), output)
    elif output.quiet < SILENT:
        from flet_lock.reports.text.wheels_page import wheels_page  # noqa: PLC0415

        draw_lines(wheels_page(outcome, medium=medium_of(sys.stdout, output)), output)
    return code


def run_why(invocation: Invocation, output: Output, *, root: Path) -> int:
    """Shows who brought a package into the locks; 1 where nobody did."""
    from flet_lock.workflows.inspecting.why import why  # noqa: PLC0415

    outcome = why(
        root,
        invocation.words[0],
        options=invocation.settings,
        environ=output.environ,
        everything=invocation.flag("all"),
    )
    code = DONE if outcome.found else NO
    if output.format == "json":
        from flet_lock.reports.json.graph_json import why_document  # noqa: PLC0415

        _draw_document(why_document(outcome, exit_code=code), output)
    elif output.quiet < SILENT:
        from flet_lock.reports.text.why_page import why_page  # noqa: PLC0415

        _draw_page(why_page(outcome), output)
    return code


def run_tree(invocation: Invocation, output: Output, *, root: Path) -> int:
    """Draws the locked graph; 1 where the package to start from is not in it."""
    from flet_lock.workflows.inspecting.tree import tree  # noqa: PLC0415

    outcome = tree(
        root,
        options=invocation.settings,
        environ=output.environ,
        invert=invocation.text("invert"),
        depth=_depth(invocation),
    )
    code = DONE if outcome.found else NO
    format_ = invocation.text("format") or "text"
    if output.format == "json" or format_ == "json":
        from flet_lock.reports.json.graph_json import tree_document  # noqa: PLC0415

        _draw_document(tree_document(outcome, exit_code=code), output)
    elif output.quiet >= SILENT:
        pass
    elif format_ == "text" or not outcome.found:
        from flet_lock.reports.text.tree_page import tree_page  # noqa: PLC0415

        stream = sys.stdout if outcome.found or format_ == "text" else sys.stderr
        lines = tree_page(outcome, medium=medium_of(stream, output), verbose=bool(output.verbose))
        draw_lines(lines, output, stream=stream)
    else:
        from flet_lock.reports.text.tree_diagram import render_dot, render_mermaid  # noqa: PLC0415

        render = render_mermaid if format_ == "mermaid" else render_dot
        output.result(render(outcome))
    return code


def _depth(invocation: Invocation) -> int | None:
    text = invocation.text("depth")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise UsageError(option="--depth", value=text, detail="a number of levels is wanted")
    return int(text)


def _draw_document(document: Mapping[str, Json], output: Output) -> None:
    from flet_lock.reports.json.json_report import render_json  # noqa: PLC0415

    output.result(render_json(document))


def _draw_page(paragraphs: Iterable[Paragraph], output: Output) -> None:
    lines: list[Line] = lay_out(paragraphs, medium_of(sys.stdout, output))
    draw_lines(lines, output)
