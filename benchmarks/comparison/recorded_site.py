"""A recorded index as a web site: every answer is made once and then sent from memory.

It answers as PyPI and the Flet index do: PEP 691 JSON or PEP 503 HTML by `Accept`, gzip where the
client takes it, `ETag` and 304, `Cache-Control: max-age=600` on pages (404 included), PEP 658
files beside the wheels, ranges of files that are there.
"""

import gzip
import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
PLAIN_HTML_TYPE = "text/html; charset=utf-8"
FILE_TYPE = "application/octet-stream"

_ANCHOR_LINK = re.compile(r'href="\.\./\.\./([^"]*)"')
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_QUALITY = re.compile(r"\s*;\s*q=([0-9.]+)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How a site answers."""

    latency_seconds: float = 0.0
    """Before each answer, as a server far away."""
    max_age: int = 600
    """Seconds for which pages are fresh; PyPI says 600. 0: clients have to ask each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request without its connection."""

    method: str
    path: str
    """Percent-decoded, without query."""
    headers: Mapping[str, str]
    """Names in lower case."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page in one format, plain and compressed, as complete answers."""

    etag: str
    whole: bytes
    compressed: bytes
    unchanged: bytes
    """The 304."""


@dataclass(slots=True)
class Counted:
    """What a site was asked since it was last read off."""

    requests: int = 0
    bytes_sent: int = 0
    """Of bodies and headers."""
    statuses: dict[int, int] = field(default_factory=dict)


class RecordedSite:
    """A folder as `tools/record_index.py` or `tools/build_flet_index.py` writes it, served.

    Pages are at `/simple/<name>/`, files where the pages say.
    """

    def __init__(self, folder: Path, *, root_url: str, behaviour: Behaviour) -> None:
        """Prepares a site; `warm_up` makes the pages.

        Args:
            folder: The recording.
            root_url: `http://host:port`, for the absolute links that PyPI's pages have.
            behaviour: How it answers.
        """
        self._folder = folder.resolve()
        self._root_url = root_url
        self.behaviour = behaviour
        self.counted = Counted()
        self._pages: dict[tuple[str, str], Page | None] = {}
        self._files: dict[str, bytes | None] = {}

    @cached_property
    def _not_found(self) -> bytes:
        return _answer(404, {**self._page_headers, "Content-Type": "text/plain"}, b"not here")

    @property
    def _page_headers(self) -> dict[str, str]:
        return {
            "Cache-Control": f"max-age={self.behaviour.max_age}, public",
            "Vary": "Accept, Accept-Encoding",
        }

    def warm_up(self) -> None:
        """Makes every page and reads every metadata file, so that no client waits for it."""
        for folder in (self._folder / "simple").iterdir():
            if folder.is_dir():
                for kind in (JSON_TYPE, HTML_TYPE, PLAIN_HTML_TYPE):
                    self._page(folder.name, kind)
        for path in self._folder.rglob("*.metadata"):
            self._file("/" + path.relative_to(self._folder).as_posix())

    def answer(self, request: Request) -> bytes:
        """The complete answer to a request, counted."""
        sent = self._answer(request)
        self.counted.requests += 1
        self.counted.bytes_sent += len(sent)
        status = int(sent[9:12])
        self.counted.statuses[status] = self.counted.statuses.get(status, 0) + 1
        return sent

    def _answer(self, request: Request) -> bytes:
        head = request.method == "HEAD"
        if request.method not in {"GET", "HEAD"}:
            return _answer(405, {"Allow": "GET, HEAD"}, b"")
        name = _package_of(request.path)
        if name is None:
            return self._answer_file(request)
        page = self._page(name, _chosen_type(request.headers.get("accept", "*/*")))
        if page is None:
            return _without_body(self._not_found) if head else self._not_found
        if request.headers.get("if-none-match") == page.etag:
            return page.unchanged
        gzipped = "gzip" in request.headers.get("accept-encoding", "")
        whole = page.compressed if gzipped else page.whole
        return _without_body(whole) if head else whole

    # Pages

    def _page(self, name: str, kind: str) -> Page | None:
        key = (name, kind)
        if key not in self._pages:
            found = self._body(name, kind)
            self._pages[key] = None if found is None else self._prepared(*found)
        return self._pages[key]

    def _prepared(self, body: bytes, kind: str) -> Page:
        etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        headers = {**self._page_headers, "Content-Type": kind, "ETag": etag}
        compressed = gzip.compress(body, 6, mtime=0)
        return Page(
            etag=etag,
            whole=_answer(200, headers, body),
            compressed=_answer(200, {**headers, "Content-Encoding": "gzip"}, compressed),
            unchanged=_answer(304, headers, None),
        )

    def _body(self, name: str, kind: str) -> tuple[bytes, str] | None:
        """A page's body and the type that it has after all."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name, re.IGNORECASE):
            return None
        folder = self._folder / "simple" / name
        if (folder / "index.json").is_file():
            page = json.loads((folder / "index.json").read_bytes())
            for file in page["files"]:
                file["url"] = self._absolute(file["url"])
            if kind == JSON_TYPE:
                return json.dumps(page, separators=(",", ":")).encode(), kind
            return _html_page(page).encode(), kind
        if (folder / "index.html").is_file():
            # The Flet index has HTML only, whatever a client would rather have.
            text = (folder / "index.html").read_text(encoding="utf-8")
            text = _ANCHOR_LINK.sub(lambda m: f'href="{self._root_url}/{m[1]}"', text)
            return text.encode(), PLAIN_HTML_TYPE
        return None

    def _absolute(self, link: str) -> str:
        return f"{self._root_url}/{link.removeprefix('../../')}"

    # Files

    def _answer_file(self, request: Request) -> bytes:
        content = self._file(request.path)
        if content is None:
            return self._not_found
        headers = {"Content-Type": FILE_TYPE, "Accept-Ranges": "bytes"}
        # As files.pythonhosted.org: a file of a given name never changes.
        headers["Cache-Control"] = "max-age=365000000, immutable, public"
        wanted = _RANGE.fullmatch(request.headers.get("range", ""))
        if wanted is None or not (wanted[1] or wanted[2]):
            whole = _answer(200, headers, content)
            return _without_body(whole) if request.method == "HEAD" else whole
        size = len(content)
        start = int(wanted[1]) if wanted[1] else max(0, size - int(wanted[2]))
        end = min(size, int(wanted[2]) + 1) if wanted[1] and wanted[2] else size
        if start >= end:
            return _answer(416, {"Content-Range": f"bytes */{size}"}, b"")
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return _answer(206, headers, content[start:end])

    def _file(self, path: str) -> bytes | None:
        if path not in self._files:
            target = (self._folder / path.lstrip("/")).resolve()
            inside = target.is_relative_to(self._folder) and target.is_file()
            self._files[path] = target.read_bytes() if inside else None
        return self._files[path]


def parse_request(head: bytes) -> Request:
    """A request out of its head, without the blank line.

    Raises:
        ValueError: it is not HTTP.
    """
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Request(method=method, path=unquote(target.partition("?")[0]), headers=headers)


def _package_of(path: str) -> str | None:
    """The project whose page is asked for; None: it is no page."""
    if not path.startswith("/simple/"):
        return None
    name = path.removeprefix("/simple/").rstrip("/")
    return None if "/" in name else name


def _chosen_type(accept: str) -> str:
    """PEP 691, "Version + Format Selection": what the client likes best of what there is."""
    best, quality = PLAIN_HTML_TYPE, -1.0
    offered = {
        JSON_TYPE: JSON_TYPE,
        "application/vnd.pypi.simple.latest+json": JSON_TYPE,
        HTML_TYPE: HTML_TYPE,
        "text/html": PLAIN_HTML_TYPE,
        "*/*": PLAIN_HTML_TYPE,
    }
    for entry in accept.split(","):
        stated = _QUALITY.search(entry)
        kind = offered.get(entry.partition(";")[0].strip())
        weight = float(stated[1]) if stated else 1.0
        if kind is not None and weight > quality:
            best, quality = kind, weight
    return best


_REASONS = {
    200: "OK",
    206: "Partial Content",
    304: "Not Modified",
    404: "Not Found",
    405: "Method Not Allowed",
    416: "Range Not Satisfiable",
}


def _answer(status: int, headers: Mapping[str, str], body: bytes | None) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS[status]}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (body or b"")


def _without_body(answer: bytes) -> bytes:
    return answer[: answer.index(b"\r\n\r\n") + 4]


def _html_page(page: Mapping[str, Any]) -> str:
    """The same page as PyPI writes it in HTML (PEP 503, 592, 658, 714)."""
    lines = [
        "<!DOCTYPE html>\n<html>\n  <head>",
        '    <meta name="pypi:repository-version" content="1.1">',
        f"    <title>Links for {page['name']}</title>\n  </head>\n  <body>",
        f"    <h1>Links for {page['name']}</h1>",
    ]
    for file in page["files"]:
        link = quote(file["url"], safe="/:%") + f"#sha256={file['hashes']['sha256']}"
        attributes = [f'href="{link}"']
        if file.get("requires-python"):
            attributes.append(f'data-requires-python="{html.escape(file["requires-python"])}"')
        if file.get("yanked"):
            reason = file["yanked"] if isinstance(file["yanked"], str) else ""
            attributes.append(f'data-yanked="{html.escape(reason)}"')
        if file.get("core-metadata"):
            promise = f"sha256={file['core-metadata']['sha256']}"
            attributes += [
                f'data-dist-info-metadata="{promise}"',
                f'data-core-metadata="{promise}"',
            ]
        lines.append(f"<a {' '.join(attributes)} >{file['filename']}</a><br />")
    return "\n".join([*lines, "</body>\n</html>\n"])
