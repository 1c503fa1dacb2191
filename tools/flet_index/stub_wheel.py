"""One tiny wheel: the payload of a stub, METADATA as the recipes leave it, a true RECORD."""

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from packaging.utils import canonicalize_name

from flet_index.facts import Package, WheelFacts
from flet_index.native_stubs import (
    elf_shared_object,
    mach_o_dylib,
    mach_o_object,
    static_archive,
)

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The oldest time stamp a zip file can hold; fixed, so that two runs write the same bytes."""
_SONAMES = {"flet-libcpp-shared": "libc++_shared.so"}
"""Library packages whose shared object is not called after their `lib`."""


def metadata_of(wheel: WheelFacts, upstream: Path) -> bytes:
    """METADATA: the upstream release's headers, then the recipe's own requirements.

    Args:
        wheel: which wheel.
        upstream: folder with `<name>-<version>.METADATA` of the upstream releases.
    """
    package, release = wheel.package, wheel.release
    if package.kind == "library":
        lines = [
            "Metadata-Version: 1.2",
            f"Name: {package.display}",
            f"Version: {release.version}",
            "Summary: ",
            "Download-URL: ",
        ]
    else:
        path = upstream / f"{package.name}-{release.version}.METADATA"
        lines = path.read_text(encoding="utf-8").splitlines()
    if release.metadata_name:
        lines = [re.sub(r"^Name: .*", f"Name: {release.metadata_name}", line) for line in lines]
    added = (*wheel.build.patched_requires, *wheel.native_requires)
    lines += [f"Requires-Dist: {requirement}" for requirement in added]
    return ("\n".join(lines) + "\n\n").encode()


def wheel_bytes(wheel: WheelFacts, metadata: bytes, packages: Mapping[str, Package]) -> bytes:
    """The wheel file.

    Members are stored, not compressed: the bytes do not depend on a compression library.
    """
    return _zipped(
        wheel.dist_info,
        [
            *_payload(wheel, packages),
            (f"{wheel.dist_info}/METADATA", metadata),
            (f"{wheel.dist_info}/WHEEL", _wheel_file(wheel)),
        ],
    )


def _wheel_file(wheel: WheelFacts) -> bytes:
    lines = [
        "Wheel-Version: 1.0",
        "Generator: flet-lock stub",
        "Root-Is-Purelib: false",
        f"Tag: {wheel.tag}",
    ]
    if wheel.build_tag:
        lines.append(f"Build: {wheel.build_tag}")
    return ("\n".join(lines) + "\n\n").encode()


def _payload(wheel: WheelFacts, packages: Mapping[str, Package]) -> Iterator[tuple[str, bytes]]:
    if wheel.package.kind == "library":
        yield _library(wheel, packages)
        return
    if wheel.package.import_name:
        source = f'__version__ = "{wheel.release.version}"\n'
        yield f"{wheel.package.import_name}/__init__.py", source.encode()
    if wheel.package.native:
        yield _extension(wheel, packages)


def _library(wheel: WheelFacts, packages: Mapping[str, Package]) -> tuple[str, bytes]:
    lib = wheel.package.lib
    if wheel.target.os == "ios":
        return f"opt/lib/{lib}.a", static_archive(f"{lib[:12]}.o", mach_o_object(wheel.target))
    shared = elf_shared_object(
        wheel.target,
        soname=f"{lib}.so",
        needed=("libc.so", *_needed(wheel, packages)),
    )
    if wheel.package.android_static:
        return f"opt/lib/{lib}.a", static_archive(f"{lib[:12]}.o", shared)
    return f"opt/lib/{lib}.so", shared


def _extension(wheel: WheelFacts, packages: Mapping[str, Package]) -> tuple[str, bytes]:
    path = wheel.package.native + _suffix(wheel)
    if wheel.target.os == "ios":
        return path, mach_o_dylib(
            wheel.target,
            install_name="@rpath/" + path.rpartition("/")[2],
            loads=("@rpath/Python.framework/Python", "/usr/lib/libSystem.B.dylib"),
        )
    needed = (f"libpython{wheel.python}.so", *_needed(wheel, packages), "libc.so")
    return path, elf_shared_object(wheel.target, soname=None, needed=needed)


def _needed(wheel: WheelFacts, packages: Mapping[str, Package]) -> list[str]:
    """Shared objects that the wheel's native file loads from its `flet-lib*` requirements."""
    found = []
    for requirement in wheel.native_requires:
        # Not packaging's parser: some of these lines are malformed, and still in the index.
        name = canonicalize_name(re.split(r"[ (]", requirement, maxsplit=1)[0])
        package = packages.get(name)
        if package and package.kind == "library" and not package.android_static:
            found.append(_SONAMES.get(name, f"{package.lib}.so"))
    return found


def _suffix(wheel: WheelFacts) -> str:
    """The end of a native file's name, as mobile CPython builds spell it."""
    kind, target = wheel.package.native_kind, wheel.target
    if kind == "lib":
        return ".so" if target.os == "android" else ".dylib"
    if kind == "abi3":
        return ".abi3.so"
    digits = wheel.python.replace(".", "")
    if target.os == "ios":
        return f".cpython-{digits}-{target.sdk}.so"
    # Flet's own Python 3.12 for Android has no triplet in EXT_SUFFIX; PEP 738 came with 3.13.
    return f".cpython-{digits}.so" if digits == "312" else f".cpython-{digits}-{target.triplet}.so"


def _zipped(dist_info: str, members: Iterable[tuple[str, bytes]]) -> bytes:
    members = list(members)
    record = "".join(
        f"{name},sha256={_urlsafe_digest(content)},{len(content)}\n" for name, content in members
    )
    members.append((f"{dist_info}/RECORD", f"{record}{dist_info}/RECORD,,\n".encode()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.create_system = 3  # Unix on every machine
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _urlsafe_digest(content: bytes) -> str:
    """As RECORD wants it: urlsafe base64 without padding (recording installed projects)."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
