"""The contents of any wheel, or all its faults, by `installer`'s recipe.

This file has the source that the recipe reads, and a destination that writes nothing and keeps what
it should write.
"""

import base64
import binascii
import hashlib
import os
import stat
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from installer import install
from installer.destinations import WheelDestination
from installer.exceptions import InstallerError
from installer.records import Hash, RecordEntry, parse_record_file
from installer.sources import WheelContentElement, WheelFile
from installer.utils import Scheme, construct_record_file, parse_metadata_file
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import InvalidVersion, Version

from flet_lock.install.wheel.limits import Limits
from flet_lock.install.wheel.packed_member import UNREADABLE, packed_member
from flet_lock.install.wheel.wheel_contents import INSTALLER, WheelContents, WheelMember
from flet_lock.model.answer.wheel_fault import WheelFault, WheelFaultKind

if TYPE_CHECKING:
    from installer.scripts import ScriptSection

# Data goes where `pip install --target` and uv put it: into the folder itself. Scripts and headers
# serve shells and compilers, which a phone has not; Flet's build deletes them (`bin`, `*.h`).
_UNPACKED_SCHEMES: Final = frozenset({"purelib", "platlib", "data"})
_CHUNK_BYTES: Final = 1024 * 1024


def read_by_recipe(
    archive: zipfile.ZipFile,
    *,
    package: NormalizedName,
    version: Version,
    filename: str,
    limits: Limits,
) -> WheelContents | tuple[WheelFault, ...]:
    """Plans a wheel whose table of contents is in order, or says what else is wrong with it.

    Args: see `read_contents`.
    """
    faults: list[WheelFault] = []
    source = _Source(archive, filename, limits)
    destination = _Notes()
    try:
        faults += _record_faults(source)
        faults += _identity_faults(source, package, version)
        if not faults:
            install(source, destination, {"INSTALLER": INSTALLER})
            faults += _path_faults(destination.members, source.dist_info_dir)
    except (*UNREADABLE, InstallerError, KeyError, ValueError) as error:
        # KeyError: WHEEL or METADATA is not there. ValueError: installer's own checks.
        faults.append(_unreadable(error))
    if faults:
        return tuple(faults)
    return WheelContents(
        package=package,
        version=version,
        filename=filename,
        members=tuple(destination.members),
        made=destination.made,
    )


def _record_faults(source: "_Source") -> Iterator[WheelFault]:
    """Whether RECORD and the table of contents name the same files, each with hash and size."""
    try:
        source.validate_record(validate_contents=False)
    except source.validation_error as error:
        issues = getattr(error, "issues", [str(error)])
        prefix = f"In {source.filename}, "
        yield from (
            _fault(WheelFaultKind.RECORD, "", issue.removeprefix(prefix)) for issue in issues
        )
        return
    members = {member.filename: member.file_size for member in source.archive.infolist()}
    for name, (_, _, size) in source.recorded.items():
        if name not in members:
            yield _fault(WheelFaultKind.RECORD, name, "listed, but not there")
        elif size and int(size) != members[name]:
            yield _fault(WheelFaultKind.RECORD, name, f"{size} bytes, but it has {members[name]}")


def _identity_faults(
    source: "_Source", package: NormalizedName, version: Version
) -> Iterator[WheelFault]:
    message = parse_metadata_file(source.read_dist_info("METADATA"))
    for field_name, expected, normalize in (
        ("Name", package, canonicalize_name),
        ("Version", version, _version),
    ):
        values = message.get_all(field_name) or []
        if [normalize(str(value)) for value in values] != [expected]:
            found = ", ".join(map(str, values)) or "nothing"
            yield _fault(
                WheelFaultKind.OTHER_PACKAGE,
                "METADATA",
                f"{field_name} is {found}, locked is {expected}",
            )


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _path_faults(members: Iterable[WheelMember], dist_info: str) -> Iterator[WheelFault]:
    """What only shows once `.data` is merged into the folder."""
    seen: set[str] = set()
    for member in members:
        if member.path in seen:
            yield _fault(WheelFaultKind.TWICE, member.path, f"as {member.name} too")
        seen.add(member.path)
        top = member.path.partition("/")[0]
        if top.endswith(".dist-info") and (top != dist_info or member.name != member.path):
            yield _fault(WheelFaultKind.OTHER_PACKAGE, member.name, "another .dist-info")


class _Source(WheelFile):
    """A wheel as `installer` reads it, with the scripts and bytecode left out."""

    def __init__(self, archive: zipfile.ZipFile, filename: str, limits: Limits) -> None:
        # The store names files after their digests; `installer` reads the wheel's own name.
        archive.filename = filename
        super().__init__(archive)
        self.archive = archive
        self.filename = filename
        self._limits = limits

    @property
    def data_dir(self) -> str:
        """`.data` is spelled as `.dist-info` is, which may differ from the file name."""
        return f"{self.dist_info_dir.removesuffix('.dist-info')}.data"

    @property
    def dist_info_filenames(self) -> list[str]:
        """Without the one that scripts are made from: a phone has no use for them."""
        folder = f"{self.dist_info_dir}/"
        inside = (n for n in self.archive.namelist() if n.startswith(folder) and n[-1] != "/")
        return [name for n in inside if (name := n.removeprefix(folder)) != "entry_points.txt"]

    def read_dist_info(self, filename: str) -> str:
        """As in the base class, up to a size.

        Raises:
            zipfile.BadZipFile: it is larger than `Limits.description_bytes`, or damaged.
            KeyError: it is not there.
        """
        # Old tools wrote METADATA in other encodings; what is needed of it is ASCII.
        errors = "replace" if filename == "METADATA" else "strict"
        path = f"{self.dist_info_dir}/{filename}"
        if self.archive.getinfo(path).file_size > self._limits.description_bytes:
            raise zipfile.BadZipFile(f"{path} is too large")
        return self.archive.read(path).decode("utf-8", errors)

    @property
    def recorded(self) -> dict[str, tuple[str, str, str]]:
        """The lines of RECORD by path."""
        lines = self.read_dist_info("RECORD").splitlines()
        return {record[0]: record for record in parse_record_file(lines)}

    def get_contents(self) -> Iterator[WheelContentElement]:
        """The members, not opened: `_Notes` reads nothing."""
        recorded = self.recorded
        for info in self.archive.infolist():
            name = info.filename
            # Bytecode of the author's machine would be run in place of the source. pip and uv
            # install it, `installer` warns; Flet's build deletes it. INSTALLER is ours to write.
            if (
                name.endswith("/")
                or "__pycache__" in name.split("/")[:-1]
                or name == f"{self.dist_info_dir}/INSTALLER"
            ):
                continue
            _refuse_outside_schemes(name, self.data_dir)
            mode = info.external_attr >> 16
            stream = _Member(self.archive, info, recorded.get(name))
            yield (
                recorded.get(name, (name, "", "")),
                cast("BinaryIO", stream),
                bool(stat.S_ISREG(mode) and mode & 0o111),
            )


def _refuse_outside_schemes(name: str, data_dir: str) -> None:
    """Names that `installer` would not come to an end with: it expects `.data/<scheme>/<path>`.

    Raises:
        ValueError: it is not of this form.
    """
    top, _, rest = name.partition("/")
    if top == data_dir and not rest.partition("/")[2]:
        message = f"{name} is not in a folder of .data"
        raise ValueError(message)


class _Member:
    """Stands where `installer` hands over a stream."""

    def __init__(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, record: tuple[str, str, str] | None
    ) -> None:
        self.name = info.filename
        self.size = info.file_size
        self.packed = packed_member(info)
        self._archive = archive
        self._record = record

    def sha256(self) -> bytes:
        """RECORD's digest; of a member that has another hash there, or none, the content's own.

        Raises:
            ValueError: RECORD's hash is malformed, or the content is another.
        """
        algorithm, _, text = (self._record[1] if self._record else "").partition("=")
        if algorithm == "sha256":
            digest = _decode(text)
            if len(digest) != hashlib.sha256().digest_size:
                message = f"RECORD has no SHA-256 of {self.name}: {text}"
                raise ValueError(message)
            return digest
        running = hashlib.sha256()
        recorded = hashlib.new(algorithm) if algorithm else None
        with self._archive.open(self.name) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                running.update(chunk)
                if recorded is not None:
                    recorded.update(chunk)
        if recorded is not None and recorded.digest() != _decode(text):
            message = f"RECORD has another {algorithm} of {self.name}"
            raise ValueError(message)
        return running.digest()


def _decode(text: str) -> bytes:
    """PEP 376: urlsafe base64 without padding."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        message = f"RECORD has a hash that is not base64: {text}"
        raise ValueError(message) from error


class _Notes(WheelDestination):
    """Writes nothing, and remembers what it should write."""

    def __init__(self) -> None:
        self.members: list[WheelMember] = []
        self.made: dict[str, bytes] = {}

    def write_script(
        self, name: str, module: str, attr: str, section: "ScriptSection"
    ) -> RecordEntry:
        """Is never called: `_Source` hides what scripts are made from.

        Args: as in the base class.

        Raises:
            AssertionError: always.
        """
        raise AssertionError((name, module, attr, section))

    def write_file(
        self,
        scheme: Scheme,
        path: str | os.PathLike[str],
        stream: BinaryIO,
        is_executable: bool,
    ) -> RecordEntry:
        """Keeps a file.

        Args: as in the base class.
        """
        path = os.fspath(path)
        source = cast("object", stream)
        if not isinstance(source, _Member):
            content = stream.read()
            self.made[path] = content
            return _entry(path, hashlib.sha256(content).digest(), len(content))
        digest = source.sha256()
        if scheme in _UNPACKED_SCHEMES:
            self.members.append(
                WheelMember(
                    path=path,
                    name=source.name,
                    size=source.size,
                    sha256=digest,
                    executable=is_executable,
                    packed=source.packed,
                )
            )
        return _entry(path, digest, source.size)

    def finalize_installation(
        self, scheme: Scheme, record_file_path: str, records: Iterable[tuple[Scheme, RecordEntry]]
    ) -> None:
        """Keeps the RECORD of what is unpacked.

        Args: as in the base class.
        """
        del scheme  # everything that is unpacked goes to one folder
        kept = [entry for entry in records if entry[0] in _UNPACKED_SCHEMES]
        with construct_record_file(kept) as stream:
            self.made[record_file_path] = stream.read()


def _entry(path: str, digest: bytes, size: int) -> RecordEntry:
    value = base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
    return RecordEntry(path, Hash("sha256", value), size)


def _fault(kind: WheelFaultKind, path: str, detail: str = "") -> WheelFault:
    return WheelFault(kind=kind, path=path, detail=detail)


def _unreadable(error: Exception) -> WheelFault:
    detail = f"{type(error).__name__}: {error}"
    return _fault(WheelFaultKind.UNREADABLE, "", detail)
