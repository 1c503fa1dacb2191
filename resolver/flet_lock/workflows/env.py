"""`flet-lock env`: prepares a folder of wheels, and says what makes a build's pip install them."""

from collections.abc import Mapping
from pathlib import Path

from flet_lock.index.cache import Cache
from flet_lock.install.handover.environment import handover_variables, stray_variables
from flet_lock.model.errors import InstallNotWritten
from flet_lock.model.event import Listener
from flet_lock.model.target import Platform
from flet_lock.workflows.handover import fill_wheelhouse, plan_handover
from flet_lock.workflows.handover_outcome import EnvOutcome
from flet_lock.workflows.repository import cache_folder

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
    """Makes ready what `run` makes ready, for a build that somebody else starts.

    The folder is in the cache, one for each lock, and stays there: the build comes later.

    Args:
        root: the app's folder.
        platform: which lock.
        options: the layer of options, keys as on the command line without dashes; `arch` chooses
            slices of the lock.
        environ: the process environment.
        listener: is told of wheels that have to be fetched.

    Raises:
        ProjectError, UsageError, LockError, InstallError, IndexFailure: see `plan_handover` and
            `fill_wheelhouse`.
    """
    handover = plan_handover(
        root, platform=platform, command=None, options=options, environ=environ
    )
    digest = handover.plan.digest.partition(":")[2][:_DIGITS]
    place = cache_folder(handover.project.settings)
    try:
        folder = Cache(place).folder(_KIND) / f"{platform.value}-{digest}"
    except OSError as error:
        raise InstallNotWritten(path=str(place), detail=error.strerror or str(error)) from error
    house = fill_wheelhouse(handover, folder, environ=environ, listener=listener)
    return EnvOutcome(
        platform=platform,
        folder=str(folder),
        reasons=handover.way.reasons,
        variables=handover_variables(house, handover.program),
        stray=stray_variables(environ),
    )
