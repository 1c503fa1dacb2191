"""Wheels and sdists made in memory: small, valid, with a true RECORD, the same bytes each time."""

import base64
import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping, Sequence

_EPOCH = (1980, 1, 1, 0, 0, 0)


def sha256_of(content: bytes) -> str:
    """Hex digest."""
    return hashlib.sha256(content).hexdigest()


def wheel_filename(
    name: str, version: str, tag: str = "py3-none-any", *, build: str | None = None
) -> str:
    """Binary distribution format, "File name convention"."""
    stem = f"{name.replace('-', '_')}-{version}"
    return f"{stem}-{tag}.whl" if build is None else f"{stem}-{build}-{tag}.whl"


def metadata_text(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Sequence[str] = (),
    metadata_version: str = "2.1",
    headers: Sequence[str] = (),
    description: str = "",
) -> bytes:
    """A METADATA or PKG-INFO file."""
    lines = [f"Metadata-Version: {metadata_version}", f"Name: {name}", f"Version: {version}"]
    if requires_python is not None:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    lines += [f"Provides-Extra: {extra}" for extra in extras]
    lines += headers
    return "\n".join([*lines, "", description]).encode()


def make_wheel(
    name: str,
    version: str,
    tag: str = "py3-none-any",
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    extras: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    metadata: bytes | None = None,
    build: str | None = None,
    padding: int = 0,
) -> bytes:
    """The bytes of a wheel.

    Args:
        name: As in METADATA.
        version: As in METADATA and the file name.
        tag: Compressed tag set, `cp313-cp313-android_24_arm64_v8a`.
        requires: `Requires-Dist` values.
        requires_python: `Requires-Python`.
        extras: `Provides-Extra` values.
        files: Members beside the dist-info; a package with an `__init__.py` by default.
        metadata: METADATA verbatim, for broken ones.
        build: Build tag.
        padding: Bytes of a stored member in front, for wheels larger than one Range read.
    """
    escaped = name.replace("-", "_")
    info = f"{escaped}-{version}.dist-info"
    members = dict(files) if files is not None else {f"{escaped}/__init__.py": b""}
    if padding:
        members = {f"{escaped}/padding.bin": b"\0" * padding, **members}
    if metadata is None:
        metadata = metadata_text(
            name, version, requires=requires, requires_python=requires_python, extras=extras
        )
    members[f"{info}/METADATA"] = metadata
    pure = tag.endswith("-any")
    wheel_lines = [
        "Wheel-Version: 1.0",
        "Generator: fakes",
        f"Root-Is-Purelib: {str(pure).lower()}",
    ]
    if build is not None:
        wheel_lines.append(f"Build: {build}")
    interpreters, abis, platforms = tag.split("-")
    wheel_lines += [
        f"Tag: {interpreter}-{abi}-{platform}"
        for interpreter in interpreters.split(".")
        for abi in abis.split(".")
        for platform in platforms.split(".")
    ]
    members[f"{info}/WHEEL"] = ("\n".join(wheel_lines) + "\n").encode()
    record = "".join(
        f"{path},sha256={_record_digest(content)},{len(content)}\n"
        for path, content in members.items()
    )
    members[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    return make_zip(members)


def make_zip(members: Mapping[str, bytes], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive with fixed time stamps."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for path, content in members.items():
            entry = zipfile.ZipInfo(path, _EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = compression
            archive.writestr(entry, content)
    return buffer.getvalue()


def make_sdist(
    name: str,
    version: str,
    *,
    requires: Sequence[str] = (),
    requires_python: str | None = None,
    metadata_version: str = "2.2",
    headers: Sequence[str] = (),
    files: Mapping[str, bytes] | None = None,
    pkg_info: bytes | None = None,
) -> bytes:
    """The bytes of an sdist (`.tar.gz`); static metadata unless `metadata_version` is older."""
    folder = f"{name.replace('-', '_')}-{version}"
    if pkg_info is None:
        pkg_info = metadata_text(
            name,
            version,
            requires=requires,
            requires_python=requires_python,
            metadata_version=metadata_version,
            headers=headers,
        )
    members = {"PKG-INFO": pkg_info, **(files or {})}
    return make_tar_gz({f"{folder}/{path}": content for path, content in members.items()})


def make_tar_gz(members: Mapping[str, bytes]) -> bytes:
    """A gzipped tar archive with fixed time stamps."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in members.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            entry.mode = 0o644
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), mtime=0)


def _record_digest(content: bytes) -> str:
    """PEP 376 RECORD: urlsafe base64 without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
