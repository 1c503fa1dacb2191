"""Remarks about the Flet that builds an app, and what it makes of the project's files."""

from flet_lock.model.app.flet_choice import FletChoice, FletFound, FletOrigin
from flet_lock.model.app.project import NoteKind, ProjectNote
from flet_lock.reports.layout.clean_text import clean, code
from flet_lock.reports.wording.lines import describe_place


def explain_flet_note(note: ProjectNote) -> str:  # noqa: PLR0911 - one flat table, a row per kind
    """One sentence for a remark of this file's kinds."""
    place, value = describe_place(note.place), clean(note.value)
    flet = note.flet
    name = name_of_flet(flet)
    match note.kind:
        case NoteKind.FLET_BUILDS:
            return f"locked as {name} builds{_python(flet)}{_because(flet) or f' ({place})'}"
        case NoteKind.FLET_CONTRADICTION:
            return _contradiction(note)
        case NoteKind.FLET_TOO_NEW:
            return (
                f"{place}: Flet {value} is newer than what flet-lock knows: locked as Flet "
                f"{flet.generation.since if flet else ''} builds; see whether a newer flet-lock "
                f"is there"
            )
        case NoteKind.PYTHON_IS_FIXED:
            return (
                f"{place} ({code(value)}) is not read by {name}, which builds with Python "
                f"{flet.generation.python if flet else ''} alone: the lock is for that one"
            )
        case NoteKind.NOT_READ:
            return f"{place} is not read by {name}: {code(value)} came with a later Flet"
        case NoteKind.FIRST_ARCH_ONLY:
            first = value.partition(",")[0]
            return (
                f"{place} names {value}, and {name} would install packages for {first} alone: "
                f"build one architecture at a time with {code('--arch')}, or name none"
            )
        case NoteKind.CRASHES_BUILD:
            return (
                f"{place}: {code('flet build')} of {name} stops with an error at {code(value)}"
                f"{_way_around(note)}"
            )
        case NoteKind.COMMA_BREAKS_BUILD:
            return (
                f"{place} says {code(value)}, which {name} cuts at the comma; pip refuses that: "
                f"build with {code('flet-lock run')}, or give one bound"
            )
        case NoteKind.NOTHING_INSTALLED:
            return f"{place} declares no dependencies, and {name} installs nothing then"
        case _:
            return (
                f"{place}, python-build's list of the Pythons that this Flet builds with, could "
                f"not be had: that of {value} was taken, and may differ; lock again with a "
                f"connection and {code('--refresh')}"
            )


def _way_around(note: ProjectNote) -> str:
    if note.place.path[:2] != ("tool", "poetry"):
        return ""
    line = code(f'{clean(note.value)} = ">=1,<2"')
    return f": write it as one text, {line}, or list it in {code('[project].dependencies')}"


def _contradiction(note: ProjectNote) -> str:
    flet = note.flet
    other = next(iter(flet.contradictions), None) if flet else None
    for each in flet.contradictions if flet else ():
        if str(each.version) == note.value:
            other = each
    where = describe_found(other) or describe_place(note.place)
    mine = f"{name_of_flet(flet)}{_python(flet)}{_because(flet)}"
    return (
        f"{where} is Flet {clean(note.value)}, and the lock is for a build with {mine}: the other "
        f"builds otherwise and cannot use it; keep one of them, or settle it with {code('flet')} "
        f"under {code('[tool.flet-lock]')}"
    )


def name_of_flet(flet: FletChoice | None) -> str:
    """`Flet 0.28.3`; the generation where no version is known."""
    if flet is None:
        return "flet"
    if flet.version is None:
        return f"Flet {flet.generation.generation}"
    return f"Flet {flet.version}"


def _python(flet: FletChoice | None) -> str:
    if flet is None or flet.generation.reads_manifest:
        return ""
    return f", with Python {flet.generation.python}"


def _because(flet: FletChoice | None) -> str:
    where = "" if flet is None or flet.found is None else describe_found(flet.found)
    return f" ({where})" if where else ""


def describe_found(found: FletFound | None) -> str:
    """What names a version: `pinned in [project].dependencies[0]`."""
    if found is None:
        return ""
    place = "" if found.place is None else describe_place(found.place)
    match found.origin:
        case FletOrigin.CALLED:
            return "the flet that is called"
        case FletOrigin.SETTING:
            return f"set by {place}"
        case FletOrigin.PIN:
            return f"pinned in {place}"
        case FletOrigin.ENVIRONMENT:
            return f"installed in {place}"
        case FletOrigin.LOCKED:
            return "the flet that is locked"


def explain_generations(locked: str, flet: FletChoice) -> list[str]:
    """What the two builds would get."""
    python = flet.generation.python
    one = (
        "the Python that the app chooses" if flet.generation.reads_manifest else f"Python {python}"
    )
    return [
        f"the lock is for builds of Flet {clean(locked)} and what builds alike",
        f"{name_of_flet(flet)} builds with {one}",
    ]
