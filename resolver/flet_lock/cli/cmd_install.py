"""`flet-lock install` and `flet-lock export`."""

from pathlib import Path
from typing import TYPE_CHECKING

from flet_lock.cli.command_line import Invocation
from flet_lock.cli.listening import listening
from flet_lock.cli.output import Output
from flet_lock.cli.project_folder import chosen_platform

if TYPE_CHECKING:
    from flet_lock.workflows.installing.export import ExportOutcome
    from flet_lock.workflows.outcome import InstallOutcome


def run_install(invocation: Invocation, output: Output, root: Path) -> "InstallOutcome":
    """Makes a folder hold what a lock says."""
    from flet_lock.workflows.installing.install import install  # noqa: PLC0415 - see `run_export`

    target = invocation.text("target")
    with listening(output) as listener:
        return install(
            root,
            platform=chosen_platform(invocation, root),
            target=None if target is None else Path(target),
            options=invocation.settings,
            environ=output.environ,
            listener=listener,
        )


def run_export(invocation: Invocation, output: Output, root: Path) -> "ExportOutcome":
    """Writes a lock in another format."""
    from flet_lock.workflows.installing.export import export  # noqa: PLC0415 - each loads its own

    with listening(output) as listener:
        return export(
            root,
            platform=chosen_platform(invocation, root),
            format_name=invocation.text("format") or invocation.command.formats[0],
            options=invocation.settings,
            environ=output.environ,
            listener=listener,
        )
