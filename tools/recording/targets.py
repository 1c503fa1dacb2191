"""Which wheels a phone build could use, and which environments its markers see.

Deliberately wider than flet-lock's own rules, and independent of them: what is recorded must
be enough for any resolver, also one that is wrong.
"""

import itertools
from collections.abc import Iterable, Iterator
from functools import cache

from packaging.markers import Marker
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags

PYTHONS = ((3, 12), (3, 13), (3, 14))
DESKTOP_PYTHON = (3, 14)
_MICROS = {(3, 12): "3.12.12", (3, 13): "3.13.9", (3, 14): "3.14.0"}
"""Any recent micro: only `Requires-Python` and a few markers look at it."""
_MACHINES = {
    "Android": ("aarch64", "armv8l", "armv7l", "x86_64"),
    "iOS": ("arm64", "x86_64", "iPhone17,1"),
    "Linux": ("x86_64",),
}
_SYS_PLATFORMS = {"Android": ("android", "linux"), "iOS": ("ios",), "Linux": ("linux",)}
"""Flet's Python 3.12 says `linux` on Android."""


def environments() -> Iterator[dict[str, str]]:
    """Marker environments of all phones, and of one desktop for comparison."""
    for system, machines in _MACHINES.items():
        pythons = (DESKTOP_PYTHON,) if system == "Linux" else PYTHONS
        for python, machine, sys_platform in itertools.product(
            pythons, machines, _SYS_PLATFORMS[system]
        ):
            full = _MICROS[python]
            yield {
                "implementation_name": "cpython",
                "implementation_version": full,
                "os_name": "posix",
                "platform_machine": machine,
                "platform_python_implementation": "CPython",
                "platform_release": "",
                "platform_system": system,
                "platform_version": "",
                "python_full_version": full,
                "python_version": f"{python[0]}.{python[1]}",
                "sys_platform": sys_platform,
            }


_ENVIRONMENTS = tuple(environments())


def may_hold(marker: Marker | None, extras: Iterable[str]) -> bool:
    """Whether a marker is true on any of the environments, with or without the extras."""
    if marker is None:
        return True
    return _may_hold(str(marker), ("", *sorted(extras)))


@cache
def _may_hold(text: str, extras: tuple[str, ...]) -> bool:
    marker = Marker(text)
    return any(
        marker.evaluate({**environment, "extra": extra})
        for environment in _ENVIRONMENTS
        for extra in extras
    )


@cache
def may_run(requires_python: str | None) -> bool:
    """Whether `Requires-Python` admits any of the Pythons; a malformed one admits all."""
    try:
        specifier = SpecifierSet(requires_python or "")
    except InvalidSpecifier:
        return True
    return any(specifier.contains(micro) for micro in _MICROS.values())


def serves_phones(tags: frozenset[Tag]) -> bool:
    """Whether a wheel with these tags could be used on a phone of any OS release."""
    return any(_on_platform(tag, ("any",), ("android_", "ios_"), PYTHONS) for tag in tags)


def serves_desktop(tags: frozenset[Tag]) -> bool:
    """Whether a wheel with these tags could be used on x86-64 Linux with the newest Python."""
    return any(
        tag.platform.endswith("_x86_64")
        and _on_platform(tag, (), ("manylinux",), (DESKTOP_PYTHON,))
        for tag in tags
    )


def _on_platform(
    tag: Tag,
    platforms: tuple[str, ...],
    prefixes: tuple[str, ...],
    pythons: tuple[tuple[int, int], ...],
) -> bool:
    if tag.platform not in platforms and not tag.platform.startswith(prefixes):
        return False
    return (tag.interpreter, tag.abi) in _interpreters(pythons)


@cache
def _interpreters(pythons: tuple[tuple[int, int], ...]) -> frozenset[tuple[str, str]]:
    """Pairs of interpreter and ABI that the Pythons take, on any platform."""
    found: set[tuple[str, str]] = set()
    for python in pythons:
        interpreter = f"cp{python[0]}{python[1]}"
        for tag in (
            *cpython_tags(python, [interpreter], ["any"]),
            *compatible_tags(python, interpreter, ["any"]),
        ):
            found.add((tag.interpreter, tag.abi))
    return frozenset(found)
