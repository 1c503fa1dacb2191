"""Metadata that is kept between runs: one file per package, written when nothing is under way.

A resolution that goes through a package's releases reads the metadata of hundreds of files. In a
file each, writing them took longer than fetching them.
"""

import threading

import msgspec
from packaging.utils import NormalizedName

from flet_lock.index.cache import Cache, MetadataFields

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(MetadataFields).decode


class MetadataCache:
    """Metadata by package and key. One thread reads and writes while any number of them add."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._kept: dict[NormalizedName, dict[str, msgspec.Raw]] = {}
        self._adding = threading.Lock()
        self._new: dict[NormalizedName, dict[str, MetadataFields]] = {}

    def read(self, package: NormalizedName, key: str) -> MetadataFields | None:
        """What is kept under a key; None if nothing is.

        Args:
            package: Whose file's metadata it is.
            key: What identifies the metadata for ever.
        """
        kept = self._kept.get(package)
        if kept is None:
            kept = self._kept[package] = self._cache.read_package_metadata(package)
        found = kept.get(key)
        if found is None:
            return None
        try:
            return _decode(found)
        except msgspec.MsgspecError:  # of another program: it is asked for again
            return None

    def add(self, package: NormalizedName, key: str, fields: MetadataFields) -> None:
        """Keeps metadata for ever, once it is written."""
        with self._adding:
            self._new.setdefault(package, {})[key] = fields

    def write(self) -> None:
        """Writes what was added, beside what other runs have written meanwhile."""
        if not self._new:
            return
        with self._adding:
            new, self._new = self._new, {}
        for package, added in new.items():
            kept = self._cache.read_package_metadata(package)
            kept.update({key: msgspec.Raw(_encode(fields)) for key, fields in added.items()})
            self._cache.write_package_metadata(package, kept)
