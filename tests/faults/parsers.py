"""Every reader of outside text: what it reads, real files to begin with, how it may refuse."""

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from packaging.requirements import InvalidRequirement

from fakes.flet_versions import GENERATIONS
from fakes.locked_app import LockedApp
from fakes.locks import example_resolution, make_lock
from fakes.wheels import make_wheel
from flet_lock.boundary.document import parse_json
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import (
    parse_marker,
    parse_name,
    parse_pep508,
    parse_specifier,
    parse_version,
)
from flet_lock.boundary.web_address import split_url
from flet_lock.index.metadata.core_metadata import MetadataError, parse_core_metadata, read_fields
from flet_lock.index.pages.file_row import PageError
from flet_lock.index.pages.page import parse_project_page
from flet_lock.install.plan import plan_install
from flet_lock.install.tree.unpack_wheels import read_all_contents
from flet_lock.lockfile.format.parse_lock import parse_lock
from flet_lock.lockfile.format.write_lock import render_lock
from flet_lock.lockfile.read_lock import read_head_of
from flet_lock.model.errors.base import FletLockError
from flet_lock.project.app import read_project
from flet_lock.targets.catalogue import parse_catalogue

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "data" / "index" / "pypi" / "simple"
URL = "https://index.example/simple/x/"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Parser:
    """A reader of bytes."""

    name: str
    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    """Real inputs, which it reads without an error."""
    refuses: tuple[type[Exception], ...]
    """Errors that say that an input is none; any other is a fault."""


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda content: read(content.decode("utf-8", "replace"))


def _project(name: str) -> Callable[[bytes], object]:
    folder = Path(tempfile.gettempdir(), "flet-lock-fuzz")
    folder.mkdir(exist_ok=True)
    (folder / "requirements.txt").touch()

    def read(content: bytes) -> object:
        texts = {"pyproject.toml": "", "requirements.txt": ""}
        texts[name] = content.decode("utf-8", "replace")
        return read_project(
            folder, options={}, environ={}, generations=GENERATIONS, now=NOW, texts=texts
        )

    return read


def _wheel() -> Callable[[bytes], object]:
    folder = Path(tempfile.mkdtemp(prefix="flet-lock-fuzz-"))
    app = LockedApp(root=folder)
    app.pure("alpha")
    plan = plan_install(app.lock)
    path = folder / "alpha-1.0-py3-none-any.whl"

    def read(content: bytes) -> object:
        path.write_bytes(content)
        return read_all_contents(plan, {plan.packages[0]: path})

    return read


def _page(content: bytes) -> object:
    kind = "text/html" if content.lstrip()[:1] == b"<" else "application/vnd.pypi.simple.v1+json"
    return parse_project_page(content, kind, URL)


@functools.cache
def parsers() -> tuple[Parser, ...]:
    """All of them."""
    lock = render_lock(make_lock(example_resolution())).encode()
    pages = tuple(
        (PAGES / name / "index.json").read_bytes()[:4_000_000] for name in ("shellingham", "uvloop")
    )
    html = b'<!DOCTYPE html><html><body><a href="a-1.0.tar.gz#sha256=00">a-1.0.tar.gz</a></body>'
    projects = tuple(
        path.read_bytes() for path in sorted((ROOT / "data" / "apps").glob("*/pyproject.toml"))[:6]
    )
    metadata = (
        b"Metadata-Version: 2.4\nName: alpha\nVersion: 1.0\nRequires-Python: >=3.9\n"
        b"Requires-Dist: beta[x]>=1,<2; extra == 'more' and python_version < '3.14'\n\ntext\n"
    )
    table = (ROOT / "data" / "catalog" / "python-releases.json").read_bytes()
    ours = (FletLockError,)
    refused = (RefusedTextError, InvalidRequirement)
    wheel = (make_wheel("alpha", "1.0"),)
    return (
        Parser(
            name="lock",
            read=_text(lambda text: parse_lock(text, path="x")),
            seeds=(lock,),
            refuses=ours,
        ),
        Parser(
            name="lock-head",
            read=_text(lambda text: read_head_of(text, Path("x"))),
            seeds=(lock,),
            refuses=ours,
        ),
        Parser(name="pyproject", read=_project("pyproject.toml"), seeds=projects, refuses=ours),
        Parser(
            name="requirements",
            read=_project("requirements.txt"),
            seeds=(b"alpha>=1 ; os_name == 'x'\nbeta @ https://x.example/b-1.0.tar.gz\n",),
            refuses=ours,
        ),
        Parser(name="page", read=_page, seeds=(*pages, html), refuses=(PageError,)),
        Parser(
            name="metadata",
            read=lambda content: parse_core_metadata(read_fields(content)),
            seeds=(metadata,),
            refuses=(MetadataError,),
        ),
        Parser(name="wheel", read=_wheel(), seeds=wheel, refuses=ours),
        Parser(
            name="python-table",
            read=_text(lambda text: parse_catalogue(text, path="x")),
            seeds=(table,),
            refuses=ours,
        ),
        Parser(
            name="requirement",
            read=_text(parse_pep508),
            seeds=(b"a[b]>=1,<2 ; python_version < '3.14'", b"a @ https://h/x.whl"),
            refuses=refused,
        ),
        Parser(
            name="specifier",
            read=_text(parse_specifier),
            seeds=(b">=1,<2,!=1.5.*,~=1.2",),
            refuses=refused,
        ),
        Parser(
            name="version",
            read=_text(parse_version),
            seeds=(b"1!2.3rc1.post2.dev3+local.1",),
            refuses=refused,
        ),
        Parser(
            name="marker",
            read=_text(parse_marker),
            seeds=(b"(os_name == 'x' or extra == 'y') and python_version >= '3'",),
            refuses=refused,
        ),
        Parser(name="name", read=_text(parse_name), seeds=(b"a-b_c.d",), refuses=refused),
        Parser(
            name="url",
            read=_text(split_url),
            seeds=(b"https://user:pw@host.example:443/a%20b?c=d#e",),
            refuses=refused,
        ),
        Parser(
            name="json",
            read=parse_json,
            seeds=(b'{"a": [1, 2.5, null, "\\u00e9"]}',),
            refuses=refused,
        ),
    )
