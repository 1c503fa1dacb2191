"""`flet-lock report`, `licenses` and `download`."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.listening import listening
from flet_lock.cli.output import Output

if TYPE_CHECKING:
    from flet_lock.workflows.inspecting.licenses import LicencesOutcome
    from flet_lock.workflows.inspecting.report import ReportOutcome
    from flet_lock.workflows.installing.download import DownloadOutcome

# ruff: noqa: PLC0415 - each command loads its own workflow


def run_report(invocation: Invocation, output: Output, root: Path) -> "ReportOutcome":
    """Resolves the app; with `-o`, draws the page into a file."""
    from flet_lock.reports.html.report_page import render_report_page, require_jinja
    from flet_lock.workflows.inspecting.report import report
    from flet_lock.workflows.written_output import write_output

    require_jinja()  # before anything takes time
    with listening(output) as listener:
        outcome = report(
            root, options=invocation.settings, environ=output.environ, listener=listener
        )
    path = invocation.text("output")
    if path is None:
        return outcome
    write_output(Path(path), render_report_page(outcome))
    return replace(outcome, written=path)


def run_licenses(invocation: Invocation, output: Output, root: Path) -> "LicencesOutcome":
    """Finds the licences of what is locked."""
    from flet_lock.workflows.inspecting.licenses import licenses

    with listening(output) as listener:
        return licenses(
            root, options=invocation.settings, environ=output.environ, listener=listener
        )


def run_download(invocation: Invocation, output: Output, root: Path) -> "DownloadOutcome":
    """Fetches the locked files into a folder."""
    from flet_lock.workflows.installing.download import download

    with listening(output) as listener:
        return download(
            root,
            Path(invocation.words[0]),
            options=invocation.settings,
            environ=output.environ,
            listener=listener,
        )
