"""`flet-lock request`: drafts to stdout, to a file or into a browser; the rest is talk."""

import sys
from pathlib import Path

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.drawing import SILENT, draw_page
from flet_lock.cli.output import Output
from flet_lock.model.event import Listener

DONE = 0
NO = 1


def run_request(invocation: Invocation, output: Output, *, listener: Listener) -> int:
    """Drafts requests for packages; 1 where one of them is not worth it."""
    from flet_lock.workflows.requesting.request import (  # noqa: PLC0415 - each command loads its own
        open_search,
        request,
        write_drafts,
    )

    outcome = request(
        Path(),
        invocation.words,
        options=invocation.settings,
        environ=output.environ,
        destination=invocation.text("to") or "discussions",
        force=invocation.flag("force"),
        search=open_search(output.environ),
        listener=listener,
    )
    code = NO if outcome.refused else DONE
    written = invocation.text("output") if outcome.drafts else None
    if written is not None:
        write_drafts(Path(written), outcome.text)
    urls = [each.link.url for each in outcome.packages if each.link is not None]
    unopened = _open(urls) if invocation.flag("open") else None
    if output.format == "json":
        from flet_lock.reports.json.json_report import render_json  # noqa: PLC0415
        from flet_lock.reports.json.request_json import request_document  # noqa: PLC0415

        output.result(render_json(request_document(outcome, exit_code=code, written=written)))
        return code
    if output.quiet >= SILENT:
        return code
    if written is None and unopened is None:
        output.result(outcome.text)
    from flet_lock.reports.text.request_page import refusals_page, talk_page  # noqa: PLC0415

    draw_page(refusals_page(outcome), sys.stderr, output)
    if not output.quiet:
        opened = unopened == []
        draw_page(talk_page(outcome, opened=opened, written=written), sys.stderr, output)
    for url in unopened or ():
        # No browser here: the link is what was asked for, so it is the result.
        output.result(f"{url}\n")
    return code


def _open(urls: list[str]) -> list[str]:
    """Opens each in the user's browser; those that could not be."""
    import webbrowser  # noqa: PLC0415 - seldom needed

    return [url for url in urls if not webbrowser.open(url)]
