"""Where requests are made: links with a draft in them, and links that look for earlier ones."""

from enum import StrEnum
from typing import Final
from urllib.parse import quote, urlencode

from msgspec import Struct
from packaging.utils import NormalizedName

from flet_lock.package_requests.draft import Draft

LONGEST_URL: Final = 8_000
"""Bytes: GitHub answers longer ones with 414 (its front end takes 8,192 for the request line)."""


class Destination(StrEnum):
    """Where to ask."""

    DISCUSSIONS = "discussions"
    """Flet's discussions, category Packages: where people vote; Flet's documentation names it."""
    FORGE = "forge"
    """Mobile Forge, which builds the wheels: its form for package requests."""


class Link(Struct, frozen=True, kw_only=True):
    """A page with a draft filled in."""

    url: str
    """At most `LONGEST_URL` bytes of ASCII."""
    whole: bool
    """Whether the whole text fits."""


def link_to_new(draft: Draft, destination: Destination) -> Link:
    """The page of a new request, filled in as far as a URL can be that long.

    A text that is too long is cut behind one of its lines, and says so.
    """
    url = _page(draft, draft.body, destination)
    if len(url) <= LONGEST_URL:
        return Link(url=url, whole=True)
    lines = draft.body.splitlines(keepends=True)
    # The longest text that fits, by halving: URLs only grow with the number of lines.
    fits, too_many = 0, len(lines)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if len(_page(draft, _cut(draft, lines[:middle]), destination)) <= LONGEST_URL:
            fits = middle
        else:
            too_many = middle
    return Link(url=_page(draft, _cut(draft, lines[:fits]), destination), whole=False)


def link_to_search(package: NormalizedName, destination: Destination) -> str:
    """A page that looks for earlier requests."""
    if destination is Destination.DISCUSSIONS:
        query = urlencode({"discussions_q": f"category:Packages {package}"})
        return f"https://github.com/flet-dev/flet/discussions?{query}"
    return f"https://github.com/flet-dev/mobile-forge/issues?{urlencode({'q': package})}"


def _cut(draft: Draft, lines: list[str]) -> str:
    text = "".join(lines).rstrip()
    hint = f"(Cut to fit a link: `flet-lock request {draft.package}` prints the full text.)"
    return f"{text}\n\n{hint}\n"


def _page(draft: Draft, body: str, destination: Destination) -> str:
    if destination is Destination.DISCUSSIONS:
        page = "https://github.com/flet-dev/flet/discussions/new"
        fields = {"category": "packages", "title": draft.title, "body": body}
    else:
        # The ids of the fields in .github/ISSUE_TEMPLATE/package_request.yml.
        page = "https://github.com/flet-dev/mobile-forge/issues/new"
        fields = {
            "template": "package_request.yml",
            "title": draft.title,
            "package": draft.package,
            "details": body,
        }
    return f"{page}?{urlencode(fields, quote_via=quote)}"
