"""Compares a tree that a build installed with the wheels of its lock.

Every file of every locked wheel has to be there byte for byte, or accounted for: compiled, moved
with `flutter/`, deleted as junk. Every file that is there has to come from a locked wheel. The tree
may be as pip left it, or cleaned, or compiled, or both. A step of the build applies to a whole
slice, so traces of it in a part of a slice are differences.
"""

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from packaging.utils import NormalizedName

from flet_lock.install.comparison.bytecode import (
    HEADER_BYTES,
    Compiled,
    compare_code,
    header_fault,
)
from flet_lock.install.comparison.difference import Difference, DifferenceKind
from flet_lock.install.comparison.dist_info import (
    identify,
    is_dist_info,
    read_record,
    record_hash,
)
from flet_lock.install.comparison.expected_tree import (
    MADE_FILES,
    SCRIPT_FOLDER,
    WINDOWS_SCRIPT_FOLDER,
    ExpectedSlice,
    ExpectedTreeFile,
)
from flet_lock.install.comparison.junk import Junk
from flet_lock.install.comparison.tree_file import sha256_of, source_of, walk

_FLUTTER: Final = "flutter/"
"""serious_python moves this folder of a slice to the build's `flutter-packages`."""


class TreeRules(Struct, frozen=True, kw_only=True):
    """What the build may have changed in a tree after pip."""

    python: tuple[int, int]
    """The minor that compiled it."""
    junk: Junk
    """What a cleanup deletes."""
    flutter_packages: Path | None
    """Where `flutter/` was moved to; None where it may not have been moved."""
    interpreter: Path | None
    """A Python of that minor, to compile sources with; None: bytecode is judged by its header."""


class Comparison(Struct, frozen=True, kw_only=True):
    """The result of comparing a tree."""

    files: int
    """Files looked at."""
    compiled: int
    """Of these, bytecode."""
    unproven: int
    """Bytecode of which only the header could be judged."""
    differences: tuple[Difference, ...]
    """Sorted by slice, in the order given, then by package and path."""


def compare_tree(slices: Sequence[tuple[ExpectedSlice, Path]], rules: TreeRules) -> Comparison:
    """Compares each slice's folder with its locked wheels.

    Args:
        slices: the expected content of each slice, and its folder.
        rules: what else accounts for a file.
    """
    compared = [_Slice(expected, folder, rules) for expected, folder in slices]
    for each in compared:
        each.compare()
    bytecode = [(each, one) for each in compared for one in each.compiled]
    unproven = len(bytecode)
    if rules.interpreter is not None and bytecode:
        # By source: what several slices share is compiled once.
        ordered = sorted(
            bytecode, key=lambda pair: (str(pair[1].source.wheel), pair[1].source.member)
        )
        try:
            faults = compare_code(rules.interpreter, [one for _, one in ordered])
        except OSError:
            faults = {}
        else:
            unproven = 0
        for each, one in ordered:
            if str(one.file) in faults:
                wanted, found = "what the locked source compiles to", faults[str(one.file)]
                each.note(DifferenceKind.BYTECODE, one.path, one.source.package, wanted, found)
    return Comparison(
        files=sum(each.files for each in compared),
        compiled=len(bytecode),
        unproven=unproven,
        differences=tuple(
            difference
            for each in compared
            for difference in sorted(
                each.differences, key=lambda one: (one.package or "~", one.path, one.kind)
            )
        ),
    )


class _Slice(Struct):
    """The comparison of one slice."""

    expected: ExpectedSlice
    folder: Path
    rules: TreeRules
    files: int = 0
    differences: list[Difference] = field(default_factory=list)
    compiled: list[Compiled] = field(default_factory=list)
    there: dict[str, int] = field(default_factory=dict)
    """Path to size of every file; -1 for what is no file."""
    left: set[str] = field(default_factory=set)
    """Paths that nothing has accounted for yet."""
    owners: dict[str, set[NormalizedName]] = field(default_factory=dict)
    """Folder to the packages with files below it."""

    def __post_init__(self) -> None:
        for path, file in self.expected.files.items():
            folder = path.rpartition("/")[0]
            while folder:
                self.owners.setdefault(folder, set()).add(file.package)
                folder = folder.rpartition("/")[0]

    def compare(self) -> None:
        try:
            self.there = dict(walk(str(self.folder)))
        except (FileNotFoundError, NotADirectoryError):
            if self.expected.versions:
                self.note(DifferenceKind.SLICE_MISSING, "", None)
            return
        except OSError as error:
            self._unreadable("", None, error)
            return
        self.files = len(self.there)
        self.left = set(self.there)
        foreign = self._compare_dist_infos()
        self._compare_files()
        self._account_for_bytecode()
        self._account_for_extras()
        for path in sorted(self.left):
            package = foreign.get(path) or self._neighbour(path)
            is_file = self.there[path] >= 0
            self.note(DifferenceKind.STRAY if is_file else DifferenceKind.NOT_A_FILE, path, package)

    def note(
        self,
        kind: DifferenceKind,
        path: str,
        package: NormalizedName | None,
        expected: str = "",
        found: str = "",
    ) -> None:
        self.differences.append(
            Difference(
                kind=kind,
                slice_name=self.expected.slice_name,
                path=path,
                package=package,
                expected=expected,
                found=found,
            )
        )

    def _unreadable(self, path: str, package: NormalizedName | None, error: OSError) -> None:
        detail = error.strerror or str(error)
        self.note(DifferenceKind.UNREADABLE, path, package, found=detail)

    def _place(self, path: str) -> Path:
        return self.folder.joinpath(*path.split("/"))

    # ------------------------------------------------------------------ dist-info folders

    def _compare_dist_infos(self) -> dict[str, NormalizedName]:
        """Compares the set of installed packages; returns whose a foreign file is."""
        foreign: dict[str, NormalizedName] = {}
        other_versions: set[NormalizedName] = set()
        found = {path.partition("/")[0] for path in self.there if "/" in path}
        infos = {name for name in found if is_dist_info(name)}
        for name in sorted(infos - self.expected.dist_infos.keys()):
            package, version = identify(name)
            if package is None:
                continue  # its files are strays
            locked = self.expected.versions.get(package)
            if locked is None:
                self.note(DifferenceKind.PACKAGE_EXTRA, name, package, found=version)
            else:
                self.note(DifferenceKind.VERSION, name, package, str(locked), version)
                other_versions.add(package)
            for path in (*self._recorded(name), *self._below(name)):
                foreign[path] = package
        for name, package in sorted(self.expected.dist_infos.items()):
            if name not in infos and package not in other_versions and name not in self.rules.junk:
                locked = self.expected.versions[package]
                self.note(DifferenceKind.PACKAGE_MISSING, name, package, str(locked))
        return foreign

    def _recorded(self, dist_info: str) -> Iterator[str]:
        """Files that a foreign package calls its own: only to group them."""
        with contextlib.suppress(ValueError):
            yield from read_record(self.folder / dist_info / "RECORD")

    def _below(self, folder: str) -> Iterator[str]:
        return (path for path in self.there if path.startswith(f"{folder}/"))

    # -------------------------------------------------------------------- files of wheels

    def _compare_files(self) -> None:
        absent_junk: list[tuple[str, ExpectedTreeFile]] = []
        junk_stayed = False
        for path, file in self.expected.files.items():
            if path in self.left:
                self.left.discard(path)
                junk_stayed = junk_stayed or self._is_junk(path)
                self._compare_file(path, file)
            elif self._is_moved(path):
                self._compare_moved(path, file)
            elif path.endswith(".py") and f"{path}c" in self.there:
                junk_stayed = junk_stayed or self._is_junk(path)
            elif self._is_junk(path):
                absent_junk.append((path, file))
            else:
                self._missing(path, file)
        if junk_stayed:
            # The build cleans a slice, or it does not. So these are gone for another reason.
            for path, file in absent_junk:
                self._missing(path, file)

    def _is_junk(self, path: str) -> bool:
        return not path.startswith(_FLUTTER) and path in self.rules.junk

    def _is_moved(self, path: str) -> bool:
        return path.startswith(_FLUTTER) and self.rules.flutter_packages is not None

    def _compare_moved(self, path: str, file: ExpectedTreeFile) -> None:
        assert self.rules.flutter_packages is not None  # noqa: S101 - see _is_moved
        self._compare_at(
            self.rules.flutter_packages.joinpath(*path.removeprefix(_FLUTTER).split("/")),
            path,
            file,
        )

    def _compare_file(self, path: str, file: ExpectedTreeFile) -> None:
        size = self.there[path]
        if size < 0:
            self.note(DifferenceKind.NOT_A_FILE, path, file.package)
        elif self._is_recompiled(path, size, file):
            self._add_bytecode(path, path[:-1])
        else:
            self._compare_at(self._place(path), path, file)

    def _is_recompiled(self, path: str, size: int, file: ExpectedTreeFile) -> bool:
        """Whether a wheel brings both source and bytecode, and the build wrote the latter anew."""
        if not path.endswith(".pyc") or path[:-1] not in self.expected.files:
            return False
        if size != file.size:
            return True
        return sha256_of(self._place(path)) != file.sha256

    def _compare_at(self, place: Path, path: str, file: ExpectedTreeFile) -> None:
        try:
            found = place.lstat()
            if not stat.S_ISREG(found.st_mode):
                self.note(DifferenceKind.NOT_A_FILE, path, file.package)
                return
            allowed = (file, *self.expected.others.get(path, ()))
            digest = b""
            if any(one.size == found.st_size for one in allowed):
                digest = sha256_of(place)
            if any(one.sha256 == digest for one in allowed):
                return
            wanted, got = f"{file.size} bytes", f"{found.st_size} bytes"
            if wanted == got:
                wanted, got = f"sha256:{file.sha256.hex()}", f"sha256:{digest.hex()}"
            self.note(DifferenceKind.CHANGED, path, file.package, wanted, got)
        except (FileNotFoundError, NotADirectoryError):
            self._missing(path, file)
        except OSError as error:
            self._unreadable(path, file.package, error)

    def _missing(self, path: str, file: ExpectedTreeFile) -> None:
        self.note(DifferenceKind.MISSING, path, file.package, f"sha256:{file.sha256.hex()}")

    # --------------------------------------------------------------------------- bytecode

    def _account_for_bytecode(self) -> None:
        for path in sorted(self.left):
            source = source_of(path)
            if source not in self.expected.files or self.there[path] < 0:
                continue
            self.left.discard(path)
            self._add_bytecode(path, source)

    def _add_bytecode(self, path: str, source_path: str) -> None:
        source = self.expected.files[source_path]
        place = self._place(path)
        try:
            with place.open("rb") as stream:
                header = stream.read(HEADER_BYTES)
        except OSError as error:
            self._unreadable(path, source.package, error)
            return
        expected, found = header_fault(header, source, self.rules.python)
        for other in self.expected.others.get(source_path, ()) if expected else ():
            source = other
            expected, found = header_fault(header, source, self.rules.python)
            if not expected:
                break
        if expected:
            self.note(DifferenceKind.BYTECODE, path, source.package, expected, found)
        else:
            self.compiled.append(Compiled(path=path, file=place, source=source))

    # --------------------------------------------------------- what an installer makes

    def _account_for_extras(self) -> None:
        for path in sorted(self.left):
            if self.there[path] < 0:
                continue
            top, _, rest = path.partition("/")
            if top in self.expected.dist_infos and rest in MADE_FILES:
                self.left.discard(path)
                if rest == "RECORD":
                    self._compare_record(path, self.expected.dist_infos[top])
            elif top in (SCRIPT_FOLDER, WINDOWS_SCRIPT_FOLDER) and rest in self.expected.scripts:
                self.left.discard(path)
            elif top == "include":
                self._account_for_header(path)

    def _compare_record(self, path: str, package: NormalizedName) -> None:
        """RECORD is written anew by every installer; what it says of the wheel's files stays."""
        try:
            recorded = read_record(self._place(path))
        except ValueError as error:
            self.note(DifferenceKind.CHANGED, path, package, "a RECORD", str(error))
            return
        for name, file in self.expected.files.items():
            if file.package != package or not recorded.get(name, "").startswith("sha256="):
                continue
            expected = record_hash(file.sha256)
            if recorded[name] != expected:
                self.note(
                    DifferenceKind.CHANGED, path, package, f"{expected} for {name}", recorded[name]
                )
                return

    def _account_for_header(self, path: str) -> None:
        for end, file in self.expected.headers.items():
            if path.endswith(f"/{end}"):
                self.left.discard(path)
                self._compare_at(self._place(path), path, file)
                return

    def _neighbour(self, path: str) -> NormalizedName | None:
        """The package whose folder a file lies in, where it is one package's alone."""
        folder = path.rpartition("/")[0]
        while folder:
            if folder in self.expected.dist_infos:
                return self.expected.dist_infos[folder]
            owners = self.owners.get(folder)
            if owners:
                return next(iter(owners)) if len(owners) == 1 else None
            folder = folder.rpartition("/")[0]
        return None


def stray_extensions(flutter_packages: Path, slices: Iterable[ExpectedSlice]) -> tuple[str, ...]:
    """Flutter packages beside the slices that no locked wheel brings; sorted names of folders.

    Below them only what the lock names is looked at: Flutter's own tools leave files there.
    """
    expected = {
        path.removeprefix(_FLUTTER).partition("/")[0]
        for each in slices
        for path in each.files
        if path.startswith(_FLUTTER)
    }
    try:
        with os.scandir(flutter_packages) as entries:
            found = {entry.name for entry in entries}
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(sorted(name for name in found - expected if not name.startswith(".")))
