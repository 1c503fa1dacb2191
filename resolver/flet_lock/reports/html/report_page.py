"""The page of `flet-lock report`: one HTML file that needs nothing else.

Jinja2 is an extra of its own (`flet-lock[report]`), imported where a page is drawn.
"""

import base64
import hashlib
from pathlib import Path
from types import ModuleType
from typing import Final

from flet_lock import __version__
from flet_lock.model.errors.usage import ExtraMissing
from flet_lock.reports.html.page_facts import page_facts
from flet_lock.workflows.inspecting.report import ReportOutcome

_TEMPLATES: Final = Path(__file__).parent / "templates"


def render_report_page(outcome: ReportOutcome) -> str:
    """The page; the same text for the same outcome.

    Raises:
        ExtraMissing: Jinja2 is not installed.
    """
    jinja2 = require_jinja()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _read("report.css"), _read("report.js")
    page = environment.get_template("report.html").render(
        page=page_facts(outcome),
        style=style,
        script=script,
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'",
        version=__version__,
    )
    return str(page)


def require_jinja() -> ModuleType:
    """Jinja2.

    Raises:
        ExtraMissing: it is not installed.
    """
    try:
        import jinja2  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise ExtraMissing(extra="report", library="Jinja2") from error
    return jinja2


def _read(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """How a content security policy names an inline element (CSP Level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
