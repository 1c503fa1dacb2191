"""The truth of a marker on a target: as on the device, never as on the build machine.

Some values differ between the devices that one wheel has to serve. A marker is evaluated for
devices that represent all of them, among them those that the marker itself asks for; where
their answers differ, the truth is uncertain, and the caller keeps the dependency and says so.
"""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from itertools import product
from typing import Final

from msgspec import Struct
from packaging.markers import Marker

from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.model.target import Platform, Target
from flet_lock.targets.device import (
    EMBEDDED,
    Device,
    apple_device,
    certain_environment,
    devices,
    is_release,
    oldest_release,
    reports_kernel_release,
    reports_model,
    usual_version,
)


class Truth(Enum):
    """Whether a marker holds on a target."""

    FALSE = "false"
    TRUE = "true"
    UNCERTAIN = "uncertain"
    """It holds on some devices only, or cannot be evaluated at all."""


def marker_environment(target: Target) -> dict[str, str]:
    """All environment markers of PEP 508, as on the usual device of a target.

    For those who need one answer, such as `packaging.pylock.Pylock.select`, which fills keys
    that are missing from the machine it runs on.
    """
    usual = devices(target)[0]
    return {
        **certain_environment(target),
        "platform_machine": usual.platform_machine,
        "platform_release": oldest_release(target),
        "platform_system": usual.platform_system,
        "platform_version": usual_version(target),
    }


def evaluate_marker(marker: Marker, target: Target, extras: frozenset[str] = frozenset()) -> Truth:
    """Whether a requirement with this marker holds on a target.

    Args:
        marker: of a requirement; only packaging's public interface is used on it.
        target: the ABI or slice.
        extras: the extras asked of the package that has the requirement. As with pip, the
            requirement holds if it holds without an extra or for one of them.

    Returns:
        UNCERTAIN where devices of the target disagree. A comparison that is not defined
        (`python_version ~= "3"`) is uncertain too: nobody can tell what its author meant.
    """
    text = str(marker)
    reading = _read(text)
    compared = extras if "extra" in reading.keys else frozenset()
    if reading.keys.isdisjoint(_uncertain_keys(target)):
        certain = _usual_environment(target)
        # Most markers read one or two values, which most targets share.
        shared = (text, compared, *[certain.get(key) for key in reading.keys_sorted])
        truth = _TRUTHS.get(shared)
        if truth is None:
            truth = _TRUTHS[shared] = _truth(marker, [dict(certain)], compared)
        return truth
    own = (text, compared, target)
    truth = _TRUTHS.get(own)
    if truth is None:
        truth = _TRUTHS[own] = _truth(marker, _environments(reading, target), compared)
    return truth


_TRUTHS: Final[dict[tuple[object, ...], Truth]] = {}
"""Every marker seen so far; a run sees each again for every version and target."""

_MOST_WORLDS: Final = 2048
"""No honest marker comes near; past it, the answer is the safe one."""


def _truth(marker: Marker, environments: list[dict[str, str]], extras: frozenset[str]) -> Truth:
    if not environments:
        return Truth.UNCERTAIN
    names = ("", *sorted(extras))
    answers: set[bool] = set()
    for environment in environments:
        try:
            answers.add(any(marker.evaluate({**environment, "extra": name}) for name in names))
        except (ValueError, KeyError):
            # UndefinedComparison and UndefinedEnvironmentName are kinds of these; a version
            # of thousands of digits is a plain ValueError of `int`.
            return Truth.UNCERTAIN
        if len(answers) > 1:
            return Truth.UNCERTAIN
    return Truth.TRUE if True in answers else Truth.FALSE


@cache
def _usual_environment(target: Target) -> Mapping[str, str]:
    return marker_environment(target)


@cache
def _uncertain_keys(target: Target) -> frozenset[str]:
    keys = {"platform_release", "platform_version"}
    kinds = devices(target)
    if len({kind.platform_system for kind in kinds}) > 1:
        keys.add("platform_system")
    if len({kind.platform_machine for kind in kinds}) > 1:
        keys.add("platform_machine")
    return frozenset(keys)


class _Reading(Struct, frozen=True, kw_only=True):
    """Which values a marker looks at, and what it compares them with."""

    keys: frozenset[str]
    keys_sorted: tuple[str, ...]
    literals: Mapping[str, tuple[str, ...]]


# The canonical text that packaging gives of a marker: names are those of PEP 508, literals are
# quoted, and everything stands apart by one blank.
_OPERAND: Final = r""""[^"]*"|'[^']*'|\w+"""
_COMPARISON: Final = lazy_regex(
    rf"(?P<left>{_OPERAND}) (?:not in|in|[<>=!~]=?=?) (?P<right>{_OPERAND})"
)


@cache
def _read(text: str) -> _Reading:
    literals: dict[str, list[str]] = {}
    for found in _COMPARISON.finditer(text):
        left, right = found["left"], found["right"]
        key, literal = (right, left) if left[0] in "\"'" else (left, right)
        literals.setdefault(key, []).append(literal[1:-1])
    return _Reading(
        keys=frozenset(literals),
        keys_sorted=tuple(sorted(literals)),
        literals={key: tuple(values) for key, values in literals.items()},
    )


def _environments(reading: _Reading, target: Target) -> list[dict[str, str]]:
    """Devices that represent all others before this marker; empty where there are too many."""
    kinds = list(devices(target))
    for literal in reading.literals.get("platform_machine", ()):
        kinds += _devices_named_in(literal, target)
    releases = {oldest_release(target)}
    if "platform_release" in reading.keys:
        releases.update(_releases(reading.literals["platform_release"], target))
    versions = {usual_version(target)}
    if "platform_version" in reading.keys:
        versions.update(_versions(reading.literals["platform_version"], target))
    kinds = list(dict.fromkeys(kinds))
    if len(kinds) * len(releases) * len(versions) > _MOST_WORLDS:
        return []
    return [
        {
            **certain_environment(target),
            "platform_system": kind.platform_system,
            "platform_machine": kind.platform_machine,
            "platform_release": release,
            "platform_version": version,
        }
        for kind, release, version in product(kinds, sorted(releases), sorted(versions))
    ]


_APPLE_MODEL: Final = lazy_regex(r"(iPhone|iPad|iPod)[0-9]+,[0-9]+")
_MODEL_STARTS: Final = ("", "iPhone", "iPad", "iPhone1", "iPad1", "iPhone1,", "iPad1,")
_MODEL_ENDS: Final = ("", "1", ",1", "1,1")


def _devices_named_in(literal: str, target: Target) -> Iterator[Device]:
    """Apple's models that a literal names, or that it is a piece of."""
    if not reports_model(target):
        return
    models = [found[0] for found in _APPLE_MODEL.finditer(literal)]
    models += [f"{start}{literal}{end}" for start, end in product(_MODEL_STARTS, _MODEL_ENDS)]
    yield from (apple_device(model) for model in models if _APPLE_MODEL.fullmatch(model))


def _releases(literals: tuple[str, ...], target: Target) -> Iterator[str]:
    """The releases at, just after and far from those that a marker names, or with its pieces."""
    yield "9999"
    if reports_kernel_release(target):
        # Vendors' kernels: `4.14.117-perf+` is not a version, and every comparison is false.
        yield "4.14.117-perf+"
    for literal in (*literals, "".join(literals)):
        named = re.findall(r"[0-9]+(?:\.[0-9]+)*", literal)
        around = [text for one in named for text in (one, f"{one}.0.1", f"{one}.1")]
        holding = [f"{start}{literal}{end}" for start in ("", "9999", "9999.") for end in ("", "0")]
        yield from (text for text in (*around, *holding) if is_release(text, target))


def _versions(literals: tuple[str, ...], target: Target) -> Iterator[str]:
    """Build strings that hold nothing, or a literal, or all of them, or that stand in one."""
    start = "#" if target.platform is Platform.ANDROID else "Darwin Kernel Version "
    whole = re.compile(f"{re.escape(start)}.*{re.escape(EMBEDDED)}")
    yield f"{start}{EMBEDDED}"
    for literal in (*literals, " ".join(literals)):
        yield f"{start}{literal}{EMBEDDED}"
        if found := whole.search(literal):
            yield found[0]
