"""Differences between a project and its lock, one sentence each."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import assert_never

from flet_lock.model.answer.drift import Drift, DriftKind
from flet_lock.model.app.requirement import Place
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.lines import describe_place


def explain_drift(drift: Drift) -> tuple[str, ...]:  # noqa: C901, PLR0912 - one flat table, a row per kind
    """A sentence for each thing that differs; at least one."""
    label = drift.platform.label
    found: Sequence[str]
    match drift.kind:
        case DriftKind.MISSING:
            found = [f"there is no lock for {label} yet"]
        case DriftKind.DAMAGED:
            edited = "was edited by hand or cut off: its contents are not its own digest"
            found = [f"the lock for {label} {edited}"]
        case DriftKind.PLATFORM:
            found = [f"the lock for {label} is one for another platform"]
        case DriftKind.CATALOGUE:
            found = ["Flet's Python release has changed since the lock was made"]
        case DriftKind.SAME_VERSIONS:
            turned = "on" if "true" in map(str.lower, drift.added) else "off"
            found = [f"same-versions was turned {turned} since the lock was made"]
        case DriftKind.GENERATION:
            found = [_single_value(drift, "the Flet that builds the app")]
        case DriftKind.PYTHON:
            found = [_single_value(drift, "the app's Python")]
        case DriftKind.REQUIRES_PYTHON | DriftKind.EXCLUDE_NEWER:
            found = [_single_value(drift, drift.kind.replace("_", "-"))]
        case DriftKind.MINIMUM_OS:
            found = [_single_value(drift, "the oldest system the app runs on")]
        case DriftKind.REQUIREMENTS:
            found = _requirements(drift)
        case DriftKind.SLICES:
            found = _slices(drift)
        case DriftKind.CONSTRAINTS | DriftKind.OVERRIDES | DriftKind.SOURCES | DriftKind.EXTRAS:
            found = _list(drift, f"the {drift.kind.removesuffix('s')}")
        case DriftKind.SOURCE_PACKAGES:
            found = _list(drift, "the source package")
        case DriftKind.INDEXES:
            found = _list(drift, "the index")
        case DriftKind.GROUPS:
            found = _list(drift, "the dependency group")
        case DriftKind.PRERELEASES:
            found = _list(drift, "leave for pre-releases of")
        case _:
            assert_never(drift.kind)
    return tuple(found) or (f"{drift.kind.replace('_', ' ')} stand in another order",)


def _single_value(drift: Drift, name: str) -> str:
    now, then = _value(drift.added), _value(drift.removed)
    if not then:
        return f"{name} is now {now}, the lock was made without it"
    if not now:
        return f"{name} is no longer set, the lock was made with {then}"
    return f"{name} is now {now}, the lock was made for {then}"


def _value(values: Sequence[str]) -> str:
    return " ".join(code(value) for value in values if value)


def _requirements(drift: Drift) -> list[str]:
    sentences = []
    for new, old, place in _pairs(drift):
        where = "" if place is None else describe_place(place)
        if new is None:
            sentences.append(f"{code(old)} is no longer asked for")
        elif old:
            sentences.append(f"{code(new)}{f' in {where}' if where else ''} was {code(old)}")
        else:
            sentences.append(f"{code(new)} was added{f' to {where}' if where else ''}")
    return sentences


def _list(drift: Drift, name: str) -> list[str]:
    sentences = []
    for new, old, _ in _pairs(drift):
        if new is None:
            sentences.append(f"{name} {code(old)} was removed")
        elif old:
            sentences.append(f"{name} {code(new)} was {code(old)}")
        else:
            sentences.append(f"{name} {code(new)} was added")
    return sentences


def _pairs(drift: Drift) -> list[tuple[str | None, str, Place | None]]:
    """New text (None: gone), old text (`""`: none) and place; a change of one name is one pair."""
    gone: dict[str, list[str]] = {}
    for text in drift.removed:
        gone.setdefault(_name(text), []).append(text)
    pairs: list[tuple[str | None, str, Place | None]] = []
    for text, place in zip_longest(drift.added, drift.places):
        before = gone.get(_name(text), [])
        pairs.append((text, before.pop(0) if before else "", place))
    pairs += [(None, text, None) for texts in gone.values() for text in texts]
    return pairs


def _slices(drift: Drift) -> list[str]:
    return [
        *(f"{clean(name)} is now built, the lock does not cover it" for name in drift.added),
        *(f"{clean(name)} is no longer built" for name in drift.removed),
    ]


def _name(requirement: str) -> str:
    for number, character in enumerate(requirement):
        if not (character.isalnum() or character in "-_."):
            return requirement[:number]
    return requirement
