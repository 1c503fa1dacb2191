"""`flet-lock install` and `flet-lock export`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.cli.cmd_build import chosen_platform
from flet_lock.cli.command_line import Invocation
from flet_lock.cli.drawing import SILENT, draw_annotations, draw_page
from flet_lock.cli.output import Output
from flet_lock.model.event import Listener

if TYPE_CHECKING:
    from flet_lock.workflows.outcome import InstallOutcome

_DONE = 0


def run_install(invocation: Invocation, output: Output, *, root: Path, listener: Listener) -> int:
    """Makes a folder hold what a lock says."""
    from flet_lock.workflows.installing.install import (  # noqa: PLC0415 - help and usage need none
        install,
    )

    target = invocation.text("target")
    outcome = install(
        root,
        platform=chosen_platform(invocation, root),
        target=None if target is None else Path(target),
        options=invocation.settings,
        environ=output.environ,
        listener=listener,
    )
    _draw_install(outcome, output)
    if outcome.dependencies is not None:
        from flet_lock.cli.answer_cache.store import remember  # noqa: PLC0415

        remember(
            invocation.argv,
            outcome.dependencies,
            output,
            lambda said: _draw_install(outcome.unchanged(), said),
            code=_DONE,
        )
    return _DONE


def _draw_install(outcome: "InstallOutcome", output: Output) -> None:
    if output.format == "json":
        from flet_lock.reports.json.install_json import install_document  # noqa: PLC0415
        from flet_lock.reports.json.json_report import render_json  # noqa: PLC0415

        output.result(render_json(install_document(outcome, exit_code=_DONE)))
    elif output.format == "github":
        from flet_lock.reports.layout.clean_text import clean  # noqa: PLC0415
        from flet_lock.reports.wording.install.installed import summarise_install  # noqa: PLC0415

        draw_annotations([clean(summarise_install(outcome))], output)
    elif output.shows(good=True):
        from flet_lock.reports.text.install_page import install_page  # noqa: PLC0415

        draw_page(install_page(outcome, verbose=bool(output.verbose)), sys.stdout, output)


def run_export(invocation: Invocation, output: Output, *, root: Path) -> int:
    """Prints a lock in another format."""
    from flet_lock.workflows.installing.export import export_requirements  # noqa: PLC0415

    platform = chosen_platform(invocation, root)
    format_ = invocation.text("format") or invocation.command.formats[0]
    text = export_requirements(
        root, platform=platform, options=invocation.settings, environ=output.environ
    )
    if output.format == "json":
        from flet_lock.reports.json.install_json import export_document  # noqa: PLC0415
        from flet_lock.reports.json.json_report import render_json  # noqa: PLC0415

        output.result(render_json(export_document(text, platform=platform, format_=format_)))
    elif output.quiet < SILENT:
        output.result(text)
    return _DONE
