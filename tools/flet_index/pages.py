"""The pages of the two layouts that the Flet index has had."""

import hashlib
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from packaging.utils import canonicalize_name

Layout = Literal["static", "hosted"]
LAYOUTS: tuple[Layout, ...] = ("static", "hosted")

_BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedWheel:
    """A wheel that was written, as pages show it."""

    filename: str
    path: str
    """Relative to the root of the tree, `/` between parts."""
    metadata_name: str
    """`Name:` of its METADATA."""
    sha256: str
    metadata_sha256: str


def wheel_path(filename: str, layout: Layout) -> str:
    """Where a wheel lies: at the root, or under an opaque id of the hosting service."""
    if layout == "static":
        return filename
    value = int.from_bytes(hashlib.sha256(filename.encode()).digest())
    digits = "".join(_BASE_62[value // 62**place % 62] for place in range(6))
    return f"-/ver_{digits}/{filename}"


def pages(wheels: Iterable[ListedWheel], layout: Layout, base_url: str) -> Mapping[str, str]:
    """All pages, path to text.

    Args:
        wheels: in any order.
        layout: `static`, as the Flet project's own script writes it: `/simple/<name>/`, PEP 658
            under both of its attribute names, no `data-requires-python`; or `hosted`, as the
            package-hosting service shows it: `/<name>/`, no PEP 658.
        base_url: prefix of absolute links, ends in `/`; `""` for relative links.
    """
    by_name: dict[str, list[ListedWheel]] = {}
    for wheel in sorted(wheels, key=lambda wheel: wheel.filename):
        by_name.setdefault(canonicalize_name(wheel.filename.split("-")[0]), []).append(wheel)
    render = _static_pages if layout == "static" else _hosted_pages
    return render(dict(sorted(by_name.items())), base_url)


def _static_pages(by_name: Mapping[str, Sequence[ListedWheel]], base_url: str) -> dict[str, str]:
    found = {"simple/index.html": _static_page(f'<a href="{name}/">{name}</a>' for name in by_name)}
    for name, wheels in by_name.items():
        found[f"simple/{name}/index.html"] = _static_page(
            f'<a href="{base_url or "../../"}{wheel.path}#sha256={wheel.sha256}"'
            f' data-dist-info-metadata="sha256={wheel.metadata_sha256}"'
            f' data-core-metadata="sha256={wheel.metadata_sha256}">{wheel.filename}</a>'
            for wheel in wheels
        )
    return found


def _static_page(anchors: Iterable[str]) -> str:
    """`</br>` and the blank lines are the original's."""
    body = "\n".join(f"{anchor}</br>\n" for anchor in anchors)
    return f"<!DOCTYPE html><html><body>\n\n{body}\n</body></html>\n"


def _hosted_pages(by_name: Mapping[str, Sequence[ListedWheel]], base_url: str) -> dict[str, str]:
    # The root lists METADATA names, so a package whose spelling changed is there twice.
    shown = sorted(
        {(wheel.metadata_name, name) for name, wheels in by_name.items() for wheel in wheels},
        key=lambda pair: (pair[0].casefold(), pair[0]),
    )
    found = {
        "index.html": _hosted_page(
            "Simple index",
            (f'<a href="{base_url}{name}/">{html.escape(label)}</a>' for label, name in shown),
        )
    }
    for name, wheels in by_name.items():
        found[f"{name}/index.html"] = _hosted_page(
            f"Links for {name}",
            (
                f'<a href="{base_url or "../"}{wheel.path}#sha256={wheel.sha256}">'
                f"{wheel.filename}</a>"
                for wheel in wheels
            ),
        )
    return found


def _hosted_page(title: str, anchors: Iterable[str]) -> str:
    body = "".join(f"    {anchor}<br/>\n" for anchor in anchors)
    return (
        f"<!DOCTYPE html>\n<html>\n  <head>\n    <title>{title}</title>\n  </head>\n"
        f"  <body>\n    <h1>{title}</h1>\n{body}  </body>\n</html>\n"
    )
