"""Unpacks source distributions, which are other people's archives, without letting them out."""

import tarfile
import zipfile
import zlib
from pathlib import Path

MAX_UNPACKED_BYTES = 4 * 1024**3
"""More is an archive bomb."""


class UnpackError(Exception):
    """The archive cannot be unpacked; the message says why."""


def unpack_source(archive: Path, filename: str, folder: Path) -> Path:
    """Unpacks an sdist into a new folder and returns where its `pyproject.toml` should be.

    PEP 721: tar archives go through the `data` filter, which refuses absolute paths, paths and
    links that lead outside, and special files. Zip members are confined by zipfile itself.

    Raises:
        UnpackFault: damaged, dangerous, or far too large.
    """
    folder.mkdir(parents=True)
    try:
        if filename.endswith(".zip"):
            _unpack_zip(archive, folder)
        else:
            _unpack_tar(archive, folder)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnpackError(f"{type(error).__name__}: {error}") from error
    except (OSError, RuntimeError, ValueError, NotImplementedError) as error:
        raise UnpackError(f"{type(error).__name__}: {error}") from error
    entries = list(folder.iterdir())
    # Source distribution format: one folder `<name>-<version>`. Archives of code hosts have one
    # of another name, some old ones none.
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else folder


def _unpack_tar(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        size = 0
        for member in tar:
            size += member.size
            if size > MAX_UNPACKED_BYTES:
                raise UnpackError(f"more than {MAX_UNPACKED_BYTES} bytes unpacked")
        tar.extractall(folder, filter="data")


def _unpack_zip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as source:
        size = sum(member.file_size for member in source.infolist())
        if size > MAX_UNPACKED_BYTES:
            raise UnpackError(f"more than {MAX_UNPACKED_BYTES} bytes unpacked")
        source.extractall(folder)  # noqa: S202 - drops drives, leading slashes and `..`
