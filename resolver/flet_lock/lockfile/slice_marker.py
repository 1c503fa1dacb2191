"""Markers for packages that not every slice of a platform needs."""

from collections.abc import Sequence
from typing import Final

from flet_lock.model.app.inputs import LockInputs
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.target import Platform

_ANDROID_SAYS_LINUX: Final = (3, 12)
"""Flet's Python 3.12 for Android has `sys_platform == 'linux'`; PEP 738 came with 3.13."""


def slice_marker(inputs: LockInputs, slices: Sequence[str]) -> str | None:
    """The marker of a package that only `slices` need; None if none is needed or possible.

    Slices differ in `platform_machine` alone. The marker rules out the machines that only the
    other slices have, so a machine nobody thought of keeps the package. A device and a simulator
    of one machine cannot be told apart: both keep it.

    pip in Flet's build takes `platform_machine` from the build machine and would drop the package
    without a word; but it takes `sys_platform` from there too. So the package is ruled out only
    where `sys_platform` is the phone's: one too many is seen, one too few is not. On Python 3.12
    for Android the phone says `linux` like the build machine, and the machine alone decides.
    """
    others = set(inputs.slices) - set(slices)
    needing = {machine for name in slices for machine in _machines(name)}
    ruled_out = {machine for name in others for machine in _machines(name)} - needing
    if not ruled_out:
        return None
    marker = " and ".join(f"platform_machine != '{machine}'" for machine in sorted(ruled_out))
    major, minor = map(int, inputs.python.split("."))
    if inputs.platform is Platform.ANDROID and (major, minor) <= _ANDROID_SAYS_LINUX:
        return marker
    return f"{marker} or sys_platform != '{inputs.platform.value}'"


def _machines(slice_name: str) -> tuple[str, ...]:
    """What installers may say; models of Apple's devices are known to the devices alone."""
    machines = SLICES_BY_NAME[slice_name].machines
    return tuple(one for one in machines if not one.startswith(("iPhone", "iPad")))
