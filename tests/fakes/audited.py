"""Slices of an app with made binaries, held to the rules of the audit."""

import io
from collections.abc import Mapping, Sequence

from packaging.utils import canonicalize_name

from fakes.wheels import make_zip
from flet_lock.audit.check_wheels import check_slices
from flet_lock.audit.finding import AnyFinding
from flet_lock.audit.native_facts import load_native_facts, processor_of
from flet_lock.audit.read_wheel import read_wheel_binaries
from flet_lock.audit.slice_wheels import SliceWheel, SliceWheels
from flet_lock.audit.wheel_binaries import WheelBinaries
from flet_lock.model.facts.generation import Generation
from flet_lock.model.facts.slices import SLICES_BY_NAME
from flet_lock.model.target import Platform, Target
from flet_lock.targets.generations import load_generations

MODULE = "pkg/module.cpython-313.so"
NEWEST = load_generations().newest


def read_files(files: Mapping[str, bytes], slice_name: str = "arm64-v8a") -> WheelBinaries:
    """What is native among the files of a wheel."""
    return read_wheel_binaries(
        io.BytesIO(make_zip(files)), load_native_facts(), processor_of(slice_name)
    )


def target_of(
    slice_name: str, minimum_os: tuple[int, int] | None = None, python: tuple[int, int] = (3, 13)
) -> Target:
    """A target; the oldest OS is Flet's."""
    platform = SLICES_BY_NAME[slice_name].platform
    oldest = (24, 0) if platform is Platform.ANDROID else (13, 0)
    return Target(
        platform=platform,
        slice_name=slice_name,
        python_version=python,
        python_full_version="{}.{}.0".format(*python),
        minimum_os=minimum_os or oldest,
    )


def slice_of(
    target: Target,
    packages: Mapping[str, Mapping[str, bytes]],
    *,
    generation: Generation = NEWEST,
    is_complete: bool = True,
    other_pythons: Sequence[tuple[int, int]] = (),
) -> SliceWheels:
    """A slice that gets a wheel of each package."""
    wheels = tuple(
        SliceWheel(
            package=canonicalize_name(name),
            content=read_files(files, target.slice_name),
            other_pythons=tuple(other_pythons),
        )
        for name, files in packages.items()
    )
    return SliceWheels(
        target,
        wheels,
        facts=load_native_facts(),
        generation=generation,
        is_complete=is_complete,
    )


def findings(
    content: bytes | Mapping[str, bytes],
    slice_name: str = "arm64-v8a",
    *,
    minimum_os: tuple[int, int] | None = None,
    python: tuple[int, int] = (3, 13),
    generation: Generation = NEWEST,
    is_complete: bool = True,
    other_pythons: Sequence[tuple[int, int]] = (),
) -> list[AnyFinding]:
    """The findings of one package; of one module where the content of a file is given."""
    files = {MODULE: content} if isinstance(content, bytes) else content
    around = slice_of(
        target_of(slice_name, minimum_os, python),
        {"pkg": files},
        generation=generation,
        is_complete=is_complete,
        other_pythons=other_pythons,
    )
    return [each.finding for each in check_slices([around])]
