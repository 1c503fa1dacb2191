"""What a look into a source distribution told, in words."""

from packaging.utils import NormalizedName

from flet_lock.model.index.source import SourceFinding, SourceKind, SourceNotSeen
from flet_lock.reports.layout.clean_text import clip
from flet_lock.reports.wording.lines import toml_list, under
from flet_lock.reports.wording.targets import join_words

_EVIDENCE_SHOWN = 2


def explain_source(source: SourceFinding | SourceNotSeen) -> str:
    """`six-1.0.tar.gz is pure Python (setup.py: no extensions)`."""
    name = clip(source.filename)
    if isinstance(source, SourceNotSeen):
        return f"{name} could not be looked into: {clip(source.detail)}"
    shown = join_words(clip(each, 60) for each in source.evidence[:_EVIDENCE_SHOWN])
    told = f" ({shown})" if shown else ""
    languages = f" in {join_words(source.languages)}" if source.languages else ""
    match source.kind:
        case SourceKind.PURE:
            return f"{name} is pure Python{told}"
        case SourceKind.NATIVE:
            return f"{name} has native code{languages}{told}"
        case SourceKind.UNSURE:
            return f"{name} may compile native code{languages}{told}"


def suggest_building(package: NormalizedName, source: SourceFinding | SourceNotSeen | None) -> str:
    """The line that has the build make a wheel of an sdist; `""` where that cannot work."""
    line = under(toml_list("source_packages", [package]), "[tool.flet]")
    if not isinstance(source, SourceFinding):
        return f"if it is pure Python: add {line}"
    match source.kind:
        case SourceKind.PURE:
            return f"have the build make its wheel: add {line}"
        case SourceKind.NATIVE:
            return ""
        case SourceKind.UNSURE:
            return f"if it also works without its native code: add {line}"


def is_pure(source: SourceFinding | SourceNotSeen | None) -> bool:
    """Whether an sdist was looked into and found to be pure."""
    return isinstance(source, SourceFinding) and source.kind is SourceKind.PURE


def is_native(source: SourceFinding | SourceNotSeen | None) -> bool:
    """Whether an sdist was looked into and found to have native code."""
    return isinstance(source, SourceFinding) and source.kind is SourceKind.NATIVE
