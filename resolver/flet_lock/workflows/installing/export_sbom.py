"""`flet-lock export --format cyclonedx`: opens the locked wheels for what they tell of them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from flet_lock import __version__
from flet_lock.install.cyclonedx_export import render_cyclonedx, require_cyclonedx
from flet_lock.install.fetch_wheels import fetch_files
from flet_lock.install.plan import plan_install
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.read_lock import read_text
from flet_lock.model.app.project import Project
from flet_lock.model.app.settings import Settings
from flet_lock.model.event import Listener
from flet_lock.workflows.installing.wheel_papers import read_papers
from flet_lock.workflows.installing.wheel_provider import open_wheel_provider


def export_sbom(
    lock: Lock,
    slices: tuple[str, ...] | None,
    path: Path,
    project: Project,
    settings: Settings,
    *,
    environ: Mapping[str, str],
    listener: Listener,
) -> str:
    """A lock as a CycloneDX document, with what each wheel says of itself.

    Args:
        lock: the lock.
        slices: for these only; None for all of the lock.
        path: the lock's own file.
        project: the app.
        settings: cache, connections, indexes with their credentials, `offline`.
        environ: the process environment.
        listener: receives events.

    Raises:
        ExtraMissing: cyclonedx-python-lib is not installed.
        SlicesNotLocked: the lock was not made for a slice.
        InstallError, IndexFailure: a wheel cannot be had; see `fetch_files`.
    """
    require_cyclonedx()  # before anything is fetched
    with open_wheel_provider(
        settings, root=project.root, environ=environ, listener=listener
    ) as provider:
        fetched = fetch_files(plan_install(lock, slices), provider)
        papers = {
            file.filename: read_papers(place)
            for file, place in fetched.files.items()
            if file.is_wheel
        }
    return render_cyclonedx(
        lock,
        slices,
        app=project.title,
        digest=hashlib.sha256(read_text(path).encode()).hexdigest(),
        papers=papers,
        version=__version__,
    )
