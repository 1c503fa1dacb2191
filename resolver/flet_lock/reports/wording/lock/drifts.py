"""Differences between a project and its lock, one sentence each."""

from collections.abc import Callable, Sequence

from flet_lock.model.answer.drift import Drift
from flet_lock.reports.layout.clean_text import clean, code

# Settings with one value: what it is called, for "X is now A, the lock has B".
_SINGLE_VALUES = {
    "generation": "the Flet that builds the app",
    "python": "the app's Python",
    "requires_python": "requires-python",
    "minimum_os": "the oldest system the app runs on",
    "exclude_newer": "exclude-newer",
    "same_versions": "same-versions",
    "catalogue": "Flet's Python release",
}
# Settings with several: what one entry is called.
_LISTS = {
    "constraints": "the constraint",
    "overrides": "the override",
    "source_packages": "the source package",
    "indexes": "the index",
    "sources": "the source",
    "groups": "the dependency group",
    "extras": "the extra",
    "prereleases": "leave for pre-releases of",
}
WORDED_KINDS = frozenset(
    {*_SINGLE_VALUES, *_LISTS, "requirements", "slices", "platform", "missing", "damaged"}
)


def explain_drift(drift: Drift) -> tuple[str, ...]:
    """A sentence for each thing that differs; at least one."""
    words: Callable[[Drift], Sequence[str]]
    if drift.kind in ("missing", "damaged", "platform"):
        return (_about_the_file(drift),)
    if drift.kind in _SINGLE_VALUES:
        return (_single_value(drift),)
    if drift.kind == "requirements":
        words = _requirements
    elif drift.kind == "slices":
        words = _slices
    else:
        words = _list
    return tuple(words(drift)) or (f"{drift.kind.replace('_', ' ')} stand in another order",)


def _about_the_file(drift: Drift) -> str:
    label = drift.platform.label
    if drift.kind == "missing":
        return f"there is no lock for {label} yet"
    if drift.kind == "platform":
        return f"the lock for {label} is one for another platform"
    return (
        f"the lock for {label} was edited by hand or cut off: its contents are not its own digest"
    )


def _single_value(drift: Drift) -> str:
    name = _SINGLE_VALUES[drift.kind]
    if drift.kind == "catalogue":
        return f"{name} has changed since the lock was made"
    if drift.kind == "same_versions":
        now_on = "true" in map(str.lower, drift.added)
        return f"{name} was turned {'on' if now_on else 'off'} since the lock was made"
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
        table = _table(place)
        if new is None:
            sentences.append(f"{code(old)} is no longer asked for")
        elif old:
            sentences.append(f"{code(new)}{f' in {table}' if table else ''} was {code(old)}")
        else:
            sentences.append(f"{code(new)} was added{f' to {table}' if table else ''}")
    return sentences


def _list(drift: Drift) -> list[str]:
    name = _LISTS.get(drift.kind, drift.kind.replace("_", " "))
    sentences = []
    for new, old, _ in _pairs(drift):
        if new is None:
            sentences.append(f"{name} {code(old)} was removed")
        elif old:
            sentences.append(f"{name} {code(new)} was {code(old)}")
        else:
            sentences.append(f"{name} {code(new)} was added")
    return sentences


def _pairs(drift: Drift) -> list[tuple[str | None, str, str]]:
    """New text (None: gone), old text (`""`: none) and place; a change of one name is one pair."""
    gone: dict[str, list[str]] = {}
    for text in drift.removed:
        gone.setdefault(_name(text), []).append(text)
    pairs: list[tuple[str | None, str, str]] = []
    for text, place in zip(drift.added, _places(drift), strict=True):
        before = gone.get(_name(text), [])
        pairs.append((text, before.pop(0) if before else "", place))
    pairs += [(None, text, "") for texts in gone.values() for text in texts]
    return pairs


def _slices(drift: Drift) -> list[str]:
    return [
        *(f"{clean(name)} is now built, the lock does not cover it" for name in drift.added),
        *(f"{clean(name)} is no longer built" for name in drift.removed),
    ]


def _places(drift: Drift) -> tuple[str, ...]:
    return (*drift.places, *[""] * (len(drift.added) - len(drift.places)))


def _table(place: str) -> str:
    """`pyproject.toml [project].dependencies[2]` → `[project].dependencies`."""
    text = clean(place)
    _, bracket, key = text.partition(" [")
    if not bracket:
        return text
    key = f"[{key}"
    return key.rpartition("[")[0] if key.endswith("]") and key.count("[") > 1 else key


def _name(requirement: str) -> str:
    for number, character in enumerate(requirement):
        if not (character.isalnum() or character in "-_."):
            return requirement[:number]
    return requirement
