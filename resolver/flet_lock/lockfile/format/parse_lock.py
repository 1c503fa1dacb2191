"""A whole lock out of its text, checked against PEP 751 and our own schema."""

from collections.abc import Mapping

from packaging.pylock import (
    Package,
    PackageArchive,
    PackageSdist,
    PackageWheel,
    Pylock,
    PylockValidationError,
)
from packaging.utils import NormalizedName
from packaging.version import Version

from flet_lock.boundary.digest import parse_digest
from flet_lock.boundary.moment import as_utc
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import parse_version
from flet_lock.lockfile.contents import Lock
from flet_lock.lockfile.format.checked_values import (
    check_filename,
    check_index,
    check_place,
    check_repository,
    check_subdirectory,
    check_wheel_name,
    marker_of,
    name_of,
    specifier_of,
)
from flet_lock.lockfile.format.inputs_table import inputs_from_table
from flet_lock.lockfile.format.schema import own_table
from flet_lock.lockfile.format.tables import Table, TableError
from flet_lock.lockfile.format.text import parse_toml
from flet_lock.lockfile.locations import derived_name, is_remote
from flet_lock.lockfile.package import (
    STRONG_HASHES,
    LockedFile,
    LockedPackage,
    LockedTree,
)
from flet_lock.model.answer.resolution import Availability, Edge
from flet_lock.model.errors.lock import LockUnreadable


def parse_lock(text: str, *, path: str) -> Lock:
    """The lock in a text; `path` is named in errors.

    Raises:
        LockUnreadable: as for `read_lock`.
    """
    document = parse_toml(text, path)
    try:
        pylock = Pylock.from_dict(document)
    except PylockValidationError as error:
        raise LockUnreadable(path=path, detail=error.message, place=error.context) from error
    except (ValueError, RecursionError) as error:  # what packaging's own parsers let through
        raise LockUnreadable(path=path, detail=f"not a lock of PEP 751: {error}") from error
    try:
        tool = own_table(document)
        inputs = inputs_from_table(tool.table("inputs"))
        packages: list[LockedPackage] = []
        tables = Table(document, "").tables("packages")
        for package, table in zip(pylock.packages, tables, strict=True):
            try:
                packages.append(_package(package, table, inputs.slices))
            except ValueError as error:
                raise TableError(table.place, str(error)) from error
        return Lock(
            inputs=inputs,
            python_full_version=str(parse_version(tool.require("python-release", str))),
            requires=_edges(tool, inputs.slices),
            packages=tuple(packages),
        )
    except TableError as fault:
        raise LockUnreadable(path=path, detail=fault.detail, place=fault.place) from fault
    except ValueError as error:
        raise LockUnreadable(path=path, detail=str(error)) from error


def _package(package: Package, table: Table, lock_slices: tuple[str, ...]) -> LockedPackage:
    own = table.table("tool").table("flet-lock")
    slices = _slices(own, lock_slices)
    indexes = own.mapping("other-indexes")
    for location in (*filter(None, (package.index,)), *indexes.values()):
        check_index(location, table.at("index"))

    def locked(part: PackageWheel | PackageSdist | PackageArchive, filename: str) -> LockedFile:
        index = indexes.get(filename, package.index) if is_remote(part.url) else None
        return _file(package.name, part, filename, index, table.place)

    wheels = tuple(locked(wheel, wheel.filename) for wheel in package.wheels or ())
    sdist = None if package.sdist is None else locked(package.sdist, package.sdist.filename)
    archive = None
    if package.archive is not None:
        name = own.get("filename", str) or derived_name(package.archive.url, package.archive.path)
        archive = locked(package.archive, name)
    tree = _tree(package, own)
    names = [part.filename for part in (*wheels, sdist, archive) if part is not None]
    if tree is not None:
        names.append(tree.name)
    for name in names:
        check_filename(name, own.at("filename"))
    for wheel in wheels:
        check_wheel_name(wheel.filename, table.at("wheels"))
    for inner in (
        None if archive is None or package.archive is None else package.archive.subdirectory,
        None if tree is None else tree.subdirectory,
    ):
        check_subdirectory(inner, table.place)
    chosen = own.mapping("files")
    unknown = set(chosen) - set(slices)
    if unknown:
        raise TableError(own.at("files"), f"not slices of the package: {sorted(unknown)}")
    if not chosen and len(names) == 1:
        chosen = dict.fromkeys(slices, names[0])
    return LockedPackage(
        package=package.name,
        version=package.version if package.version is not None else _version(own),
        marker=table.get("marker", str),
        dependencies=tuple(_dependency(one) for one in package.dependencies or ()),
        requires=_edges(own, slices),
        availability=_availability(own, slices),
        chosen=chosen,
        wheels=wheels,
        sdist=sdist,
        archive=archive,
        archive_subdirectory=None if package.archive is None else package.archive.subdirectory,
        tree=tree,
    )


def _file(
    package: NormalizedName,
    part: PackageWheel | PackageSdist | PackageArchive,
    filename: str,
    index: str | None,
    place: str,
) -> LockedFile:
    check_place(part.url, part.path, f"{place}: {filename}")
    return LockedFile(
        package=package,
        filename=filename,
        url=part.url,
        path=part.path,
        hashes={
            name: parse_digest(name, digest)
            for name, digest in part.hashes.items()
            if name in STRONG_HASHES
        },
        size=part.size,
        upload_time=None if part.upload_time is None else as_utc(part.upload_time),
        index=index,
    )


def _tree(package: Package, own: Table) -> LockedTree | None:
    if package.vcs is not None:
        check_repository(package.vcs, f"packages: {package.name}.vcs")
        return LockedTree(
            name=own.require("folder", str),
            vcs=package.vcs.type,
            url=package.vcs.url,
            path=package.vcs.path,
            commit=package.vcs.commit_id,
            requested_revision=package.vcs.requested_revision,
            subdirectory=package.vcs.subdirectory,
        )
    if package.directory is not None:
        check_place(None, package.directory.path, f"packages: {package.name}.directory")
        return LockedTree(
            name=own.require("folder", str),
            vcs=None,
            url=None,
            path=package.directory.path,
            commit=None,
            requested_revision=None,
            subdirectory=package.directory.subdirectory,
        )
    return None


def _version(own: Table) -> Version:
    text = own.require("version", str)
    try:
        return parse_version(text)
    except RefusedTextError as error:
        raise TableError(own.at("version"), str(error)) from error


def _dependency(table: Mapping[str, object]) -> NormalizedName:
    name = table.get("name")
    if not isinstance(name, str):
        message = "dependencies: an entry without a name"
        raise ValueError(message)  # noqa: TRY004 - a fault of the file, as all others here
    return name_of(name, "dependencies")


def _availability(own: Table, slices: tuple[str, ...]) -> dict[str, Availability]:
    value = own.values.get("availability", Availability.PURE.value)
    classes = (
        dict.fromkeys(slices, value) if isinstance(value, str) else own.mapping("availability")
    )
    if set(classes) != set(slices):
        raise TableError(own.at("availability"), "is not given for exactly the slices")
    try:
        return {name: Availability(classes[name]) for name in slices}
    except ValueError as error:
        raise TableError(own.at("availability"), str(error)) from error


def _slices(own: Table, known: tuple[str, ...]) -> tuple[str, ...]:
    """The slices that a table names, which the lock has to have; all of them if it names none."""
    slices = own.strings("slices")
    unknown = set(slices) - set(known)
    if unknown:
        raise TableError(own.at("slices"), f"not slices of the lock: {sorted(unknown)}")
    return slices or known


def _edges(own: Table, slices: tuple[str, ...]) -> tuple[Edge, ...]:
    return tuple(
        Edge(
            package=name_of(table.require("name", str), table.at("name")),
            extras=tuple(name_of(extra, table.at("extras")) for extra in table.strings("extras")),
            specifier=specifier_of(table.get("specifier", str) or "", table.at("specifier")),
            slices=_slices(table, slices),
            uncertain=table.get("uncertain", bool) or False,
            marker=marker_of(table.get("marker", str), table.at("marker")),
        )
        for table in own.tables("requires")
    )
