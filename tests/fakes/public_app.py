"""Whole apps from public repositories, as data: `tests/apps/README.md`."""

import tomllib
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from build_flet_index import FACTS, build_tree
from flet_index.facts import read_facts

INDEX = Path(__file__).parents[2] / "data" / "index" / "apps"
"""What PyPI had of all that these apps can lead to."""


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer, worked out from the pages of the indexes."""

    exit_code: int
    blockers: tuple[str, ...] = ()
    """All packages that stand in the way."""
    pins: dict[str, str] = {}
    """Some of what is locked, on every platform that has the package."""
    packages: dict[str, int] = {}
    """Platform to how many are locked."""
    holds: tuple[str, ...] = ()
    """What the answer says."""


class PublicApp(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An app as its repository had it, without what is about persons."""

    source: str
    """Its repository."""
    about: str
    files: dict[str, str]
    """The files that name its packages."""
    expected: Expected

    def write(self, folder: Path) -> Path:
        """The app's folder, made in an existing one."""
        app = folder / "app"
        app.mkdir()
        for name, text in self.files.items():
            (app / name).write_text(text, encoding="utf-8")
        return app


def read_public_app(path: Path) -> PublicApp:
    """Reads one file; strict: an unknown key is an error."""
    return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), PublicApp)


@cache
def public_indexes() -> tuple[str, ...]:
    """Options that name the indexes of these apps; the whole Flet index is made once a process."""
    folder = Path(mkdtemp(prefix="flet-index-"))
    facts = read_facts(FACTS / "recipes.toml")
    build_tree(folder, facts=facts, metadata=FACTS / "metadata", legacy=False)
    return ("--default-index", str(INDEX), "--index", f"flet={folder}")
