"""`flet-lock env`: prepares a folder of wheels, and says what makes a build's pip install them."""

import hashlib
import tempfile
from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from flet_lock.index.cache import Cache
from flet_lock.install.handover.build_folder import BuildFolder
from flet_lock.install.handover.flet_cli import find_called_flet
from flet_lock.install.handover.pip_environment import handover_variables, stray_variables
from flet_lock.install.handover.variables import MANIFEST
from flet_lock.install.handover.wheelhouse import REQUIREMENTS
from flet_lock.model.errors.install import InstallNotWritten
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.workflows.building.handover_outcome import EnvOutcome
from flet_lock.workflows.building.plan_handover import (
    called_flet,
    fill_wheelhouse,
    plan_handover,
)
from flet_lock.workflows.cache_folder import cache_folder

_KIND = "handover"
_DIGITS = 16


def env(
    root: Path,
    *,
    platform: Platform,
    options: Mapping[str, object],
    environ: Mapping[str, str],
    listener: Listener,
) -> EnvOutcome:
    """Prepares what `run` prepares, for a build that another program starts.

    The folder is in the cache, one for each lock, and stays there: the build comes later. What is
    there already is not touched, since a build may be reading it; pip checks the hashes. Flet is
    made to install the packages anew, unless the last verified build was of this lock.

    Args:
        root: the app's folder.
        platform: which lock.
        options: the layer of options, keys as on the command line without dashes; `arch` chooses
            slices of the lock.
        environ: the process environment.
        listener: receives events of wheels that are fetched.

    Raises:
        ProjectError, UsageError, LockError, InstallError, IndexFailure: see `plan_handover` and
            `fill_wheelhouse`.
    """
    handover = plan_handover(
        root,
        platform=platform,
        command=None,
        called=called_flet(find_called_flet((), environ)),
        options=options,
        environ=environ,
        listener=listener,
    )
    place = cache_folder(handover.app.settings)
    try:
        parent = Cache(place).folder(_KIND)
        with tempfile.TemporaryDirectory(dir=parent, ignore_cleanup_errors=True) as scratch:
            fresh = Path(scratch) / "fresh"
            house = fill_wheelhouse(handover, fresh, environ=environ, listener=listener)
            folder = parent / f"{platform.value}-{_digest(fresh)}"
            try:
                fresh.rename(folder)
            except OSError:  # it is there already, or came just now
                if not folder.is_dir():
                    raise
    except OSError as error:
        raise InstallNotWritten(path=str(place), detail=error.strerror or str(error)) from error
    build = BuildFolder(handover.app.project.root / "build")
    if not build.remembers(handover.plan.digest):
        build.invalidate()
    house = replace(house, folder=folder)
    return EnvOutcome(
        platform=platform,
        folder=str(folder),
        reasons=handover.reasons,
        variables=handover_variables(house, handover.program),
        stray=stray_variables(environ),
    )


def _digest(folder: Path) -> str:
    """A digest of a folder's content: its slices, and the hashes of each."""
    running = hashlib.sha256((folder / MANIFEST).read_bytes())
    for path in sorted(folder.glob(f"*/{REQUIREMENTS}")):
        running.update(path.read_bytes())
    return running.hexdigest()[:_DIGITS]
