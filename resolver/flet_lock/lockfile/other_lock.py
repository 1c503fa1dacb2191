"""The versions in a lock of uv, Poetry, PDM, Pipenv, or any tool that writes PEP 751."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.boundary.bounds import LOCK_BYTES
from flet_lock.boundary.document import parse_json, parse_toml
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.regular_file import read_regular_file
from flet_lock.boundary.requirement_text import parse_name, parse_version
from flet_lock.model.errors.usage import UsageError

OTHER_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
"""Names that other tools give their locks."""
_LISTS = ("package", "packages")
"""uv, Poetry and PDM; PEP 751."""
_PIPENV_SECTIONS = ("default", "develop")


def read_other_lock(path: Path) -> dict[NormalizedName, Version]:
    """Package to version; of several versions of one (forks by marker), the newest.

    Raises:
        UsageError: there is no such file, or it is no lock.
    """

    def refused(detail: str) -> UsageError:
        return UsageError(option="--from", value=str(path), detail=detail)

    try:
        text = read_regular_file(path, most_bytes=LOCK_BYTES).decode()
        document = parse_json(text) if text.lstrip().startswith("{") else parse_toml(text)
    except OSError as error:
        raise refused(error.strerror or "cannot be read") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RefusedTextError) as error:
        raise refused("neither a lock of TOML nor one of JSON") from error
    except ValueError as error:
        raise refused("cannot be a path") from error
    found: dict[NormalizedName, Version] = {}
    for name, version in _entries(document):
        try:
            package, parsed = parse_name(name), parse_version(version)
        except RefusedTextError:
            continue
        found[package] = max(parsed, found.get(package, parsed))
    if not found:
        raise refused("no package with a version is in it")
    return found


def _entries(document: object) -> Iterator[tuple[str, str]]:
    """Names and versions, as they are written."""
    if not isinstance(document, dict):
        return
    for key in _LISTS:
        value = document.get(key)
        for each in value if isinstance(value, list) else ():
            yield from _entry(each.get("name"), each) if isinstance(each, dict) else ()
    for key in _PIPENV_SECTIONS:
        section = document.get(key)
        for name, each in section.items() if isinstance(section, dict) else ():
            yield from _entry(name, each) if isinstance(each, dict) else ()


def _entry(name: object, entry: Mapping[object, object]) -> Iterator[tuple[str, str]]:
    version = entry.get("version")
    if isinstance(name, str) and isinstance(version, str):
        yield name, version.removeprefix("==")
