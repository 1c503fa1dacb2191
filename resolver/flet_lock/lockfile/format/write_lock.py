"""A lock as TOML text, and onto the disk.

The layout is fixed: keys in PEP 751's order, one dependency and one wheel per line, our own
table last, where `check` finds it without parsing the rest.
"""

from collections.abc import Mapping
from pathlib import Path

from flet_lock.lockfile.atomic_write import WriteError, write_all_atomically
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.format.inputs_table import inputs_to_table
from flet_lock.lockfile.format.lock_digest import digest_body, digest_inputs
from flet_lock.lockfile.format.schema import SCHEMA_VERSION, TOOL_HEADER
from flet_lock.lockfile.locations import derived_name
from flet_lock.lockfile.package import LockedFile, LockedPackage, LockedTree
from flet_lock.model.answer.resolution import Availability, Edge
from flet_lock.model.errors.lock import LockNotWritten
from flet_lock.model.toml_text import Value, render_key, render_lines, render_value


def render_lock(lock: Lock) -> str:
    """The text of a lock file: the same for the same lock, ends in a newline, no CR."""
    text = "\n".join([_head(lock), *(_package(lock, one) for one in lock.packages), _tool(lock)])
    # The digest leaves out its own line, so it can be taken before that line is there.
    digest_line = f"body-digest = {render_value(digest_body(text))}\n"
    place = text.rindex(f"\n{TOOL_HEADER}\n") + len(TOOL_HEADER) + 2
    return text[:place] + digest_line + text[place:]


def write_lock(path: Path, text: str) -> bool:
    """Writes a lock file in one step; False where it has these bytes already.

    Raises:
        LockNotWritten: as for `write_locks`.
    """
    return write_locks({path: text})[path]


def write_locks(texts: Mapping[Path, str]) -> dict[Path, bool]:
    """Writes all lock files or none; False for those that have these bytes already.

    Raises:
        LockNotWritten: the disk is full, the folder is read-only, …; the old files are as they
            were.
    """
    try:
        return write_all_atomically({path: text.encode() for path, text in texts.items()})
    except WriteError as error:
        raise LockNotWritten(path=str(error.path), detail=error.strerror or str(error)) from error


def _head(lock: Lock) -> str:
    label = lock.platform.label
    return _lines(
        "# Written by flet-lock. Do not edit: change pyproject.toml and run `flet-lock`.",
        _pair("lock-version", "1.0"),
        # The one form that pip in Flet's build, uv and packaging all read right.
        _pair("environments", [f"platform_system == '{label}'"]),
        _pair("requires-python", f"=={lock.inputs.python}.*"),
        _pair("extras", []),
        _pair("dependency-groups", []),
        _pair("default-groups", []),
        _pair("created-by", "flet-lock"),
        None if lock.packages else _pair("packages", []),
    )


def _package(lock: Lock, package: LockedPackage) -> str:
    version = None if package.tree is not None else str(package.version)
    parts = [
        "[[packages]]",
        _pair("name", package.package),
        _pair("version", version),
        _pair("marker", package.marker),
        _pair("index", package.index),
    ]
    if package.dependencies:
        parts.append(_array("dependencies", [{"name": name} for name in package.dependencies]))
    if package.tree is not None:
        parts.append(_tree(package.tree))
    if package.archive is not None:
        archive = _file(package.archive, named=False)
        if package.archive_subdirectory is not None:
            archive["subdirectory"] = package.archive_subdirectory
        parts.append(_pair("archive", archive))
    if package.sdist is not None:
        parts.append(_pair("sdist", _file(package.sdist)))
    if package.wheels:
        parts.append(_array("wheels", [_file(wheel) for wheel in package.wheels]))
    own = _own_facts(lock, package)
    if own:
        parts += ["", "[packages.tool.flet-lock]", *own]
    if len(set(package.chosen.values())) > 1:
        parts += ["", "[packages.tool.flet-lock.files]"]
        parts += [_pair(name, package.chosen[name]) for name in package.slices]
    return _lines(*parts)


def _own_facts(lock: Lock, package: LockedPackage) -> list[str | None]:
    """What PEP 751 has no key for, where it does not follow from the rest."""
    facts: list[str | None] = []
    if package.tree is not None:
        # PEP 751, packages.version: "MUST NOT be included when it cannot be guaranteed to be
        # consistent with the code used (i.e. when a source tree is used)".
        facts += [_pair("version", str(package.version)), _pair("folder", package.tree.name)]
    if package.archive is not None:
        place = derived_name(package.archive.url, package.archive.path)
        if place != package.archive.filename:
            facts.append(_pair("filename", package.archive.filename))
    if package.slices != lock.slices:
        facts.append(_pair("slices", package.slices))
    classes = {name: package.availability[name].value for name in package.slices}
    if set(classes.values()) != {Availability.PURE.value}:
        alike = len(set(classes.values())) == 1
        facts.append(_pair("availability", classes[package.slices[0]] if alike else classes))
    if package.other_indexes:
        facts.append(_pair("other-indexes", package.other_indexes))
    if package.requires:
        facts.append(_array("requires", [_edge(edge, package.slices) for edge in package.requires]))
    return facts


def _tool(lock: Lock) -> str:
    inputs = inputs_to_table(lock.inputs)
    return _lines(
        TOOL_HEADER,
        _pair("version", SCHEMA_VERSION),
        _pair("input-digest", digest_inputs(lock.inputs)),
        _pair("python-release", lock.python_full_version),
        _array("requires", [_edge(edge, lock.slices) for edge in lock.requires]),
        "",
        "[tool.flet-lock.inputs]",
        *(
            _array(key, value) if isinstance(value, tuple) else _pair(key, value)
            for key, value in inputs.items()
        ),
    )


def _edge(edge: Edge, slices: tuple[str, ...]) -> dict[str, Value]:
    table: dict[str, Value] = {"name": edge.package}
    if edge.extras:
        table["extras"] = edge.extras
    if edge.specifier:
        table["specifier"] = edge.specifier
    if edge.slices != slices:
        table["slices"] = edge.slices
    if edge.marker is not None:
        table["marker"] = edge.marker
    if edge.uncertain:
        table["uncertain"] = True
    return table


def _file(file: LockedFile, *, named: bool = True) -> dict[str, Value]:
    table: dict[str, Value] = {}
    # PEP 751, packages.wheels.name: "Optional if the file name can be derived from the URL or
    # path". `archive` has no such key.
    if named and derived_name(file.url, file.path) != file.filename:
        table["name"] = file.filename
    if file.upload_time is not None:
        table["upload-time"] = file.upload_time
    if file.url is not None:
        table["url"] = file.url
    if file.path is not None:
        table["path"] = file.path
    if file.size is not None:
        table["size"] = file.size
    table["hashes"] = dict(sorted(file.hashes.items()))
    return table


def _tree(tree: LockedTree) -> str | None:
    table: dict[str, Value] = {}
    facts: Mapping[str, str | None] = {
        "type": tree.vcs,
        "url": tree.url,
        "path": tree.path,
        "requested-revision": tree.requested_revision,
        "commit-id": tree.commit,
        "subdirectory": tree.subdirectory,
    }
    table.update({key: value for key, value in facts.items() if value is not None})
    return _pair("directory" if tree.vcs is None else "vcs", table)


def _pair(key: str, value: Value | None) -> str | None:
    """One line; nothing for None."""
    return None if value is None else f"{render_key(key)} = {render_value(value)}"


def _array(key: str, values: list[Value] | tuple[str, ...]) -> str:
    return f"{render_key(key)} = {render_lines(values)}"


def _lines(*parts: str | None) -> str:
    return "".join(f"{part}\n" for part in parts if part is not None)
