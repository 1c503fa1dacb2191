"""`flet-lock export`: a lock in other formats."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from flet_lock.install.lock_requirements import render_requirements
from flet_lock.lockfile.read_lock import lock_path
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.project.app import read_project
from flet_lock.targets.generations import load_generations
from flet_lock.workflows.command_outcome import CommandOutcome
from flet_lock.workflows.installing.install import slices_of_options
from flet_lock.workflows.trusted_lock import read_trusted_lock


class ExportOutcome(CommandOutcome, frozen=True, kw_only=True):
    """The result of `flet-lock export`."""

    kind: ClassVar[str] = "export"
    platform: Platform
    format: str
    """`requirements` or `cyclonedx`."""
    text: str


def export(
    root: Path,
    *,
    platform: Platform,
    format_name: str,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    listener: Listener,
) -> ExportOutcome:
    """A platform's lock as a requirements file with hashes, or as a bill of materials.

    Args:
        root: the app's folder.
        platform: which lock.
        format_name: `requirements` or `cyclonedx`.
        options: the layer of options, keys as on the command line without dashes; `arch` chooses
            slices of the lock.
        environ: the process environment.
        listener: receives events of what is fetched; only `cyclonedx` opens the wheels.

    Raises:
        ProjectError, UsageError: the app or an option cannot be read.
        LockMissing, LockUnreadable: there is no lock, or a damaged one.
        LockEdited, UnknownSources: see `read_trusted_lock`.
        SlicesNotLocked: the lock was not made for a slice.
        NotExportable: pip cannot be told what the lock says.
        ExtraMissing: `cyclonedx` without cyclonedx-python-lib.
        InstallError, IndexFailure: a wheel cannot be had; see `fetch_files`.
    """
    project, settings = read_project(
        root, options=options, environ=environ, generations=load_generations()
    )
    path = lock_path(project.root, platform)
    lock = read_trusted_lock(path, project, settings)
    slices = slices_of_options(settings, platform, options)
    if format_name == "requirements":
        text = render_requirements(lock, slices)
    else:
        from flet_lock.workflows.installing.export_sbom import export_sbom  # noqa: PLC0415 - an extra

        text = export_sbom(
            lock, slices, path, project, settings, environ=environ, listener=listener
        )
    return ExportOutcome(platform=platform, format=format_name, text=text)
