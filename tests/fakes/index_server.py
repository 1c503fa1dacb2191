"""A package index on localhost that does as it is told, and remembers what it was asked.

    with IndexServer() as server:
        server.add("demo", "1.0", make_wheel("demo", "1.0"))
        server.misbehave("/simple/demo/", Misbehaviour(status=503), times=2)
        …  Index(name="pypi", location=server.url) …
        assert server.paths() == ["/simple/demo/"] * 3

Real sockets, HTTP/1.1 with keep-alive: connections that break, bodies that end early and answers
that come late are what they are in the world.
"""

import base64
import gzip
import hashlib
import html
import json
import re
import socket
import threading
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Literal, Self, cast
from urllib.parse import quote, unquote, urlsplit

from packaging.utils import NormalizedName, canonicalize_name

from fakes.wheels import sha256_of, wheel_filename

JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class ServedFile:
    """One file of a project, and what the index says of it."""

    filename: str
    content: bytes
    size: int
    """What a page says."""
    metadata: bytes | None = None
    """What `<file>.metadata` serves."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    metadata_hashes: Mapping[str, str] = field(default_factory=dict)
    requires_python: str | None = None
    yanked: str | None = None
    upload_time: str | None = None


@dataclass(frozen=True, kw_only=True)
class Misbehaviour:
    """What is done instead of, or to, the right answer."""

    status: int | None = None
    """Answers with this status and `body`; None: the right answer, maltreated."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent as well; they replace headers of the right answer."""
    body: bytes | None = None
    """Instead of the right body."""
    cut_after: int | None = None
    """Sends this many bytes of the body, then breaks the connection."""
    drop: bool = False
    """Breaks the connection without any answer."""
    delay_seconds: float = 0.0
    """Before the answer."""


@dataclass(frozen=True, kw_only=True)
class RecordedRequest:
    """A request that arrived."""

    method: str
    path: str
    """With its query."""
    headers: Mapping[str, str]
    """Names in lower case."""


@dataclass(kw_only=True)
class _Reply:
    status: int
    headers: dict[str, str]
    body: bytes


Ranges = Literal["yes", "ignored", "no-suffix", "refused", "wrong"]


class IndexServer:
    """The server; serves from `with` on. Settings may be changed while it runs."""

    def __init__(
        self,
        directory: Path | None = None,
        *,
        layout: Literal["simple", "hosted"] = "simple",
        formats: tuple[str, ...] = ("json", "html"),
        metadata_files: Literal["hashed", "unhashed", "no"] = "hashed",
        ranges: Ranges = "yes",
        hashes: bool = True,
        sizes: bool = True,
        cache_control: str | None = "max-age=600",
        etags: bool = True,
        compress: bool = True,
        latency_seconds: float = 0.0,
        credentials: tuple[str, str] | None = None,
    ) -> None:
        """Sets up.

        Args:
            directory: Serves the files of a folder, besides projects; a folder's page is its
                `index.html` (or `index.json`, by Accept).
            layout: `simple`: pages at `/simple/<name>/`; `hosted`: at `/<name>/`, nothing at
                `/simple/`, as pypi.flet.dev.
            formats: Of pages.
            metadata_files: PEP 658: with digest, with `true` only, not at all.
            ranges: `no-suffix` refuses `bytes=-n` with 416, `wrong` sends another range than it
                says, `refused` answers 416 always, `ignored` sends the whole file.
            hashes: Whether pages tell the hashes of files.
            sizes: Whether JSON pages tell sizes.
            cache_control: Of pages, 404 included; None: no such header.
            etags: Whether pages have an ETag, and 304 is answered.
            compress: gzip for pages where the client takes it.
            latency_seconds: Before each answer.
            credentials: What everything needs (Basic), else 401.
        """
        self.directory = directory
        self.layout = layout
        self.formats = formats
        self.metadata_files = metadata_files
        self.ranges = ranges
        self.hashes = hashes
        self.sizes = sizes
        self.cache_control = cache_control
        self.etags = etags
        self.compress = compress
        self.latency_seconds = latency_seconds
        self.credentials = credentials
        self.requests: list[RecordedRequest] = []
        self.busiest = 0
        """Most requests that were under way at once."""
        self.connections = 0
        """Connections that were opened."""
        self._projects: dict[NormalizedName, list[ServedFile]] = {}
        self._by_path: dict[str, ServedFile] = {}
        self._misbehaviours: dict[str, list[Misbehaviour]] = {}
        self._always: dict[str, Misbehaviour] = {}
        self._lock = threading.Lock()
        self._busy = 0
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections()
        self._server.server_close()

    # What it serves

    @property
    def root_url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Where the project pages are."""
        return f"{self.root_url}/simple/" if self.layout == "simple" else f"{self.root_url}/"

    def add(
        self,
        name: str,
        version: str,
        content: bytes,
        tag: str = "py3-none-any",
        *,
        build: str | None = None,
        filename: str | None = None,
        metadata: bytes | None = None,
        requires_python: str | None = None,
        yanked: str | None = None,
        upload_time: str | None = None,
        sha256: str | None = None,
        metadata_sha256: str | None = None,
    ) -> ServedFile:
        """Puts a file on a project's page.

        Args:
            name: The project.
            version: For the file name.
            content: The file.
            tag: For the file name.
            build: Build tag, for the file name.
            filename: Instead of a wheel's name made from the above.
            metadata: What `<file>.metadata` serves; None: the wheel's own METADATA.
            requires_python: `data-requires-python`.
            yanked: The reason; "" for none.
            upload_time: RFC 3339; JSON pages only.
            sha256: What the page says, where that is to be wrong.
            metadata_sha256: The same for the metadata file.
        """
        filename = filename or wheel_filename(name, version, tag, build=build)
        if metadata is None and filename.endswith(".whl"):
            metadata = _metadata_in(content)
        served = ServedFile(
            filename=filename,
            content=content,
            size=len(content),
            metadata=metadata,
            hashes={"sha256": sha256 or sha256_of(content)},
            metadata_hashes={}
            if metadata is None
            else {"sha256": metadata_sha256 or sha256_of(metadata)},
            requires_python=requires_python,
            yanked=yanked,
            upload_time=upload_time,
        )
        self._by_path[self.file_path(name, filename)] = served
        return self.list_file(name, served)

    def list_file(self, name: str, file: ServedFile) -> ServedFile:
        """Puts a file on a project's page, and nothing else."""
        self._projects.setdefault(canonicalize_name(name), []).append(file)
        return file

    def add_project(self, name: str) -> None:
        """Adds a project without files."""
        self._projects.setdefault(canonicalize_name(name), [])

    def listed(self, package: NormalizedName) -> Sequence[ServedFile]:
        """The files on a project's page."""
        return self._projects[package]

    def file_path(self, name: str, filename: str) -> str:
        """The path of a file that `add` put in."""
        return f"/files/{canonicalize_name(name)}/{filename}"

    def page_path(self, name: str) -> str:
        """The path of a project's page."""
        return urlsplit(self.url).path + canonicalize_name(name) + "/"

    def misbehave(self, path: str, how: Misbehaviour, *, times: int | None = None) -> None:
        """Maltreats the requests for a path: the next `times` of them, or all."""
        with self._lock:
            if times is None:
                self._always[path] = how
            else:
                self._misbehaviours.setdefault(path, []).extend([how] * times)

    def behave(self) -> None:
        """Ends all misbehaviour."""
        with self._lock:
            self._misbehaviours.clear()
            self._always.clear()

    # What it saw

    def paths(self, method: str | None = None) -> list[str]:
        """The paths that were asked for, in order of arrival."""
        with self._lock:
            return [r.path for r in self.requests if method is None or r.method == method]

    def forget(self) -> None:
        """Starts the record anew."""
        with self._lock:
            self.requests.clear()
            self.busiest = 0

    # How it answers; called by the handler's threads

    def _begin(self, request: RecordedRequest) -> Misbehaviour | None:
        path = urlsplit(request.path).path
        with self._lock:
            self.requests.append(request)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
            queued = self._misbehaviours.get(path)
            how = queued.pop(0) if queued else self._always.get(path)
        delay = self.latency_seconds + (0.0 if how is None else how.delay_seconds)
        if delay:
            time.sleep(delay)
        return how

    def _end(self) -> None:
        with self._lock:
            self._busy -= 1

    def _reply(self, request: RecordedRequest) -> _Reply:
        if self.credentials is not None and request.headers.get("authorization") != _basic(
            self.credentials
        ):
            return _Reply(status=401, headers={"WWW-Authenticate": 'Basic realm="index"'}, body=b"")
        path = unquote(urlsplit(request.path).path)
        page_root = urlsplit(self.url).path
        if path == page_root:
            return self._finish_page(request, self._root_page(request))
        if path.startswith(page_root):
            package = cast("NormalizedName", path.removeprefix(page_root).strip("/"))
            if package in self._projects and path.endswith("/"):
                return self._finish_page(request, self._project_page(request, package))
        found = self._stored(request, path)
        if found is not None:
            return found
        headers = {} if self.cache_control is None else {"Cache-Control": self.cache_control}
        return _Reply(status=404, headers=headers, body=b"not here")

    def _stored(self, request: RecordedRequest, path: str) -> _Reply | None:
        served = self._by_path.get(path)
        if served is not None:
            return self._file(request, served.content)
        beside = self._by_path.get(path.removesuffix(".metadata"))
        if beside is not None:
            if beside.metadata is None or self.metadata_files == "no":
                return None
            return self._file(request, beside.metadata)
        return None if self.directory is None else self._from_directory(request, path)

    def _wants_json(self, request: RecordedRequest) -> bool:
        if "html" not in self.formats:
            return True
        return "json" in self.formats and JSON_TYPE in request.headers.get("accept", "")

    def _root_page(self, request: RecordedRequest) -> _Reply:
        names = sorted(self._projects)
        if self._wants_json(request):
            listed = [{"name": name} for name in names]
            body = json.dumps({"meta": {"api-version": "1.1"}, "projects": listed}).encode()
            return _Reply(status=200, headers={"Content-Type": JSON_TYPE}, body=body)
        links = "".join(f'<a href="{name}/">{name}</a><br/>\n' for name in names)
        return _Reply(status=200, headers={"Content-Type": HTML_TYPE}, body=links.encode())

    def _project_page(self, request: RecordedRequest, package: NormalizedName) -> _Reply:
        if self._wants_json(request):
            entries = [self._json_entry(package, file) for file in self.listed(package)]
            page = {"meta": {"api-version": "1.1"}, "name": package, "files": entries}
            body = json.dumps(page).encode()
            return _Reply(status=200, headers={"Content-Type": JSON_TYPE}, body=body)
        anchors = "\n".join(self._anchor(package, file) for file in self.listed(package))
        body = f"<!DOCTYPE html><html><body>\n{anchors}\n</body></html>".encode()
        return _Reply(status=200, headers={"Content-Type": HTML_TYPE}, body=body)

    def _json_entry(self, package: str, file: ServedFile) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "filename": file.filename,
            "url": f"{self.root_url}{quote(self.file_path(package, file.filename))}",
            "hashes": dict(file.hashes) if self.hashes else {},
            "requires-python": file.requires_python,
            "yanked": False if file.yanked is None else file.yanked or True,
        }
        if self.sizes:
            entry["size"] = file.size
        if file.upload_time is not None:
            entry["upload-time"] = file.upload_time
        if file.metadata is not None and self.metadata_files != "no":
            hashed = self.metadata_files == "hashed"
            entry["core-metadata"] = dict(file.metadata_hashes) if hashed else True
        return entry

    def _anchor(self, package: str, file: ServedFile) -> str:
        link = "../" * (1 + self.page_path(package).count("/") - 2)
        link += quote(self.file_path(package, file.filename).lstrip("/"))
        if self.hashes:
            link += f"#sha256={file.hashes['sha256']}"
        attributes = [f'href="{link}"']
        if file.requires_python is not None:
            attributes.append(f'data-requires-python="{html.escape(file.requires_python)}"')
        if file.yanked is not None:
            attributes.append(f'data-yanked="{html.escape(file.yanked)}"')
        if file.metadata is not None and self.metadata_files != "no":
            hashed = self.metadata_files == "hashed"
            value = f"sha256={file.metadata_hashes['sha256']}" if hashed else "true"
            attributes.append(f'data-core-metadata="{value}"')
        return f"<a {' '.join(attributes)}>{file.filename}</a><br/>"

    def _finish_page(self, request: RecordedRequest, reply: _Reply) -> _Reply:
        reply.headers["Vary"] = "Accept, Accept-Encoding"
        if self.cache_control is not None:
            reply.headers["Cache-Control"] = self.cache_control
        if self.etags:
            etag = f'"{hashlib.sha256(reply.body).hexdigest()[:32]}"'
            reply.headers["ETag"] = etag
            if request.headers.get("if-none-match") == etag:
                return _Reply(status=304, headers=reply.headers, body=b"")
        if self.compress and "gzip" in request.headers.get("accept-encoding", ""):
            reply.headers["Content-Encoding"] = "gzip"
            reply.body = gzip.compress(reply.body, 1, mtime=0)
        return reply

    def _file(self, request: RecordedRequest, content: bytes) -> _Reply:
        headers = {"Content-Type": "application/octet-stream"}
        wanted = request.headers.get("range")
        if wanted is None or self.ranges == "ignored":
            return _Reply(status=200, headers=headers, body=content)
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted)
        refused = self.ranges == "refused" or (self.ranges == "no-suffix" and "=-" in wanted)
        if match is None or refused:
            headers["Content-Range"] = f"bytes */{len(content)}"
            return _Reply(status=416, headers=headers, body=b"")
        first, last = match[1], match[2]
        start = int(first) if first else max(0, len(content) - int(last))
        end = min(int(last) + 1 if first and last else len(content), len(content))
        said = start + 7 if self.ranges == "wrong" else start
        headers["Content-Range"] = f"bytes {said}-{end - 1}/{len(content)}"
        return _Reply(status=206, headers=headers, body=content[start:end])

    def _from_directory(self, request: RecordedRequest, path: str) -> _Reply | None:
        root = cast("Path", self.directory).resolve()
        target = (root / path.lstrip("/")).resolve()
        if not target.is_relative_to(root):
            return None
        if target.is_dir():
            if not path.endswith("/"):
                return _Reply(status=301, headers={"Location": f"{path}/"}, body=b"")
            pages = [("index.html", HTML_TYPE)]
            if self._wants_json(request):
                pages.insert(0, ("index.json", JSON_TYPE))
            for name, content_type in pages:
                page = target / name
                if page.is_file():
                    reply = _Reply(
                        status=200,
                        headers={"Content-Type": content_type},
                        body=page.read_bytes(),
                    )
                    return self._finish_page(request, reply)
            return None
        return self._file(request, target.read_bytes()) if target.is_file() else None


def _basic(credentials: tuple[str, str]) -> str:
    return f"Basic {base64.b64encode(':'.join(credentials).encode()).decode()}"


def _metadata_in(wheel: bytes) -> bytes | None:
    try:
        with zipfile.ZipFile(BytesIO(wheel)) as archive:
            for member in archive.namelist():
                if member.endswith(".dist-info/METADATA"):
                    return archive.read(member)
    except zipfile.BadZipFile:
        pass
    return None


_Connection = socket.socket | tuple[bytes, socket.socket]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, index: IndexServer) -> None:
        self.index = index
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: _Connection, client_address: object) -> None:
        self.index.connections += 1
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Connection) -> None:
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        """Wakes the handlers of idle keep-alive connections, so that their sockets close."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: _Connection, client_address: object) -> None:
        """A client that goes away is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server
    _quiet: ClassVar[bool] = True

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Says nothing."""

    def _answer(self) -> None:
        index = self.server.index
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = RecordedRequest(method=self.command, path=self.path, headers=headers)
        how = index._begin(request)
        try:
            self._send(index, request, how)
        finally:
            index._end()

    def _send(self, index: IndexServer, request: RecordedRequest, how: Misbehaviour | None) -> None:
        if how is not None and how.drop:
            self.close_connection = True
            return
        if how is not None and how.status is not None:
            reply = _Reply(status=how.status, headers={}, body=how.body or b"")
        else:
            reply = index._reply(request)
            if how is not None and how.body is not None:
                reply.body = how.body
                reply.headers.pop("Content-Encoding", None)
        if how is not None:
            reply.headers.update(how.headers)
        self.send_response(reply.status)
        reply.headers.setdefault("Content-Length", str(len(reply.body)))
        if reply.status == 304:  # RFC 9110, 15.4.5: no content, so no length of it
            del reply.headers["Content-Length"]
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and reply.status != 304:
            body = reply.body
            if how is not None and how.cut_after is not None:
                body = body[: how.cut_after]
                self.close_connection = True
            self.wfile.write(body)
        self.wfile.flush()
