"""What was read of wheels, kept under their hashes: a second audit reads none of them again."""

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from flet_lock.audit.native_facts import NativeFacts, Processor
from flet_lock.audit.wheel_binaries import WheelBinaries
from flet_lock.index.cache import Cache
from flet_lock.model.app.settings import Settings
from flet_lock.workflows.cache_folder import cache_folder

_KIND: Final = "binaries"
_CHUNK_BYTES: Final = 1024 * 1024
_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(WheelBinaries)


class KeptBinaries:
    """What is known of wheels by their SHA-256, in the cache."""

    def __init__(self, settings: Settings, facts: NativeFacts) -> None:
        self._cache = None if settings.no_cache else Cache(cache_folder(settings))
        self._facts = facts
        self.read = 0
        """Wheels that were read in this run."""

    def find(self, digest: str | None, processor: Processor) -> WheelBinaries | None:
        """What is known of a wheel; None where nothing is, or for other facts."""
        if self._cache is None or digest is None:
            return None
        return self._cache.read_kept(_KIND, self._key(digest, processor), _decoder)

    def read_wheel(self, path: Path, digest: str | None, processor: Processor) -> WheelBinaries:
        """Reads a wheel that is here, and keeps what was found.

        Args:
            path: the wheel; its name means nothing.
            digest: its SHA-256, verified; None where that is not known.
            processor: whose part of a fat file is meant.
        """
        from flet_lock.audit.read_wheel import read_wheel_binaries  # noqa: PLC0415 - seldom twice

        self.read += 1
        with path.open("rb") as stream:
            found = read_wheel_binaries(stream, self._facts, processor)
        if self._cache is not None and digest is not None:
            self._cache.write_kept(_KIND, self._key(digest, processor), _encode(found))
        return found

    def _key(self, digest: str, processor: Processor) -> str:
        return f"{digest}:{self._facts.version}:{processor.name}"


def sha256_of_file(path: Path) -> str:
    """The hex digest of a file.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
