"""The environment in which a build's pip installs the lock, and nothing else."""

import os
from collections.abc import Mapping
from pathlib import Path

from flet_lock.install.handover.variables import FOLDER
from flet_lock.install.handover.wheelhouse import Wheelhouse


def handover_variables(wheelhouse: Wheelhouse, program: Path | None) -> dict[str, str]:
    """What to set.

    Args:
        wheelhouse: what pip is to install from.
        program: `flet-lock-pip`; None to do it with pip's variables alone.
    """
    # pip's settings come from four files too; the null device rules all of them out.
    common = {"PIP_CONFIG_FILE": os.devnull}
    if program is not None:
        return {**common, "PIP_PYTHON": str(program), FOLDER: str(wheelhouse.folder)}
    return {
        **common,
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        # URLs, since pip splits what it reads from the environment at blanks.
        "PIP_FIND_LINKS": wheelhouse.page.absolute().as_uri(),
        "PIP_REQUIREMENT": wheelhouse.pins.absolute().as_uri(),
    }


def stray_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Names of variables that configure pip; each could undo what the others ask for. Sorted."""
    return tuple(sorted(name for name in environ if name.upper().startswith(("PIP_", "_PIP_"))))


def handover_environment(
    environ: Mapping[str, str], variables: Mapping[str, str]
) -> dict[str, str]:
    """The environment for a build's command."""
    dropped = {*stray_variables(environ), FOLDER}
    kept = {name: value for name, value in environ.items() if name not in dropped}
    return {**kept, **variables}
