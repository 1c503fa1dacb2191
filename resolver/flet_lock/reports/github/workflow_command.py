"""Workflow commands of GitHub Actions ("Workflow commands for GitHub Actions", docs.github.com)."""

import hashlib

from flet_lock.model.app.requirement import Place
from flet_lock.reports.layout.clean_text import GLUE, clean


def annotation(kind: str, folder: str, place: Place | None, title: str, body: str) -> str:
    """`::error file=pyproject.toml,line=3,title=…::…`.

    Args:
        kind: `error`, `warning` or `notice`.
        folder: the app's folder within the checkout, with `/`; `""` for its root.
        place: in a file of the app; None for none.
        title: one line.
        body: may have several lines.
    """
    properties = {}
    if place is not None:
        properties["file"] = f"{folder}/{place.file}" if folder else place.file
        if place.line is not None:
            properties["line"] = str(place.line)
    properties["title"] = _bare(title)
    words = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    text = "\n".join(clean(line) for line in _bare(body).split("\n"))
    return f"::{kind} {words}::{_escape(text)}"


def _bare(text: str) -> str:
    return text.replace("`", "").replace(GLUE, " ")


def _escape(text: str) -> str:
    # As actions/toolkit's command.ts does; the percent sign first, it is the escape itself.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(clean(text)).replace(":", "%3A").replace(",", "%2C")


def folded(title: str, text: str) -> list[str]:
    """Lines of a log group that shows a text; none where the text is empty.

    Text that looks like a command is printed with commands switched off: names and summaries come
    from strangers. The token that switches them on again is the text's own digest, which the text
    cannot contain.
    """
    lines = without_commands(text)
    return [f"::group::{title}", *lines, "::endgroup::"] if lines else []


def without_commands(text: str) -> list[str]:
    """The lines of a text, with commands switched off where one looks like a command."""
    lines = text.splitlines()
    if any(line.lstrip().startswith("::") or "##[" in line for line in lines):
        token = hashlib.sha256(text.encode()).hexdigest()
        lines = [f"::stop-commands::{token}", *lines, f"::{token}::"]
    return lines
