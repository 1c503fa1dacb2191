"""What a package asks of another one, in words."""

from collections.abc import Sequence

from flet_lock.analysis.graph import Link
from flet_lock.model.answer.resolution import Edge
from flet_lock.reports.layout.clean_text import clean, clip, code
from flet_lock.reports.wording.targets import join_words

_MARKER_SHOWN = 60
"""Characters of a condition."""


def requirement_text(edge: Edge) -> str:
    """PEP 508 text: `httpx[http2]>=0.28; python_version >= '3.9'`."""
    extras = f"[{','.join(sorted(edge.extras))}]" if edge.extras else ""
    blank = " " if edge.specifier.startswith("@") else ""
    text = f"{edge.package}{extras}{blank}{edge.specifier}"
    if edge.marker:
        text += f"{' ' if blank else ''}; {edge.marker}"
    return clean(text)


def requirement_texts(link: Link) -> tuple[str, ...]:
    """The requirements behind a link, each once."""
    return tuple(dict.fromkeys(requirement_text(edge) for edge in link.edges))


def describe_link(link: Link) -> str:
    """`` `numpy>=2` and `numpy<3` ``."""
    return join_words(code(_on_one_line(text)) for text in requirement_texts(link))


def _on_one_line(text: str) -> str:
    """A requirement, its condition cut: some name a dozen machines. JSON has the whole of it."""
    asked, semicolon, marker = text.partition(";")
    return f"{asked}; {clip(marker, _MARKER_SHOWN)}" if semicolon else asked


def describe_part(slices: Sequence[str], whole: Sequence[str]) -> str:
    """`arm64-v8a only`; nothing where it is all of them."""
    return "" if set(slices) >= set(whole) else f"{join_words(slices)} only"
