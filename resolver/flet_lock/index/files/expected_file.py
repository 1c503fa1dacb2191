"""What is known of a file before it is read, and the file once it is here."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from flet_lock.index.files.hashes import new_hash, strongest
from flet_lock.model.errors.index import IntegrityError
from flet_lock.model.index.artifact import Artifact, Wheel
from flet_lock.model.redaction import redacted

_CHUNK_BYTES = 1024 * 1024


class ExpectedFile(Struct, frozen=True, kw_only=True):
    """What an index, or a requirement, says of a file."""

    filename: str
    url: str
    """Without credentials."""
    index: str | None
    hashes: Mapping[str, str]
    size: int | None

    def broken(self, algorithm: str, expected: str, found: str) -> IntegrityError:
        """The error for a file that is not what was promised."""
        return IntegrityError(
            index=self.index,
            url=redacted(self.url),
            filename=self.filename,
            algorithm=algorithm,
            expected=expected,
            found=found,
        )


class LocalFile(Struct, frozen=True, kw_only=True):
    """A file that is here, verified."""

    path: Path
    sha256: str
    size: int


def expected_file_of(artifact: Artifact) -> ExpectedFile:
    """What the index says of an artifact."""
    return ExpectedFile(
        filename=artifact.filename,
        url=artifact.url,
        index=artifact.index,
        hashes=artifact.hashes,
        size=artifact.size,
    )


def metadata_key(artifact: Artifact) -> str | None:
    """What identifies a file's metadata for ever; None: nothing does.

    Two wheels share a key only where the index says that their metadata is the same, byte for
    byte. Wheels of one version do differ.
    """
    if isinstance(artifact, Wheel) and artifact.core_metadata is not None:
        promise = strongest(artifact.core_metadata.hashes)
        if promise is not None:
            return f"metadata {promise[0]}:{promise[1]}"
    promise = strongest(artifact.hashes)
    if promise is not None:
        return f"file {promise[0]}:{promise[1]}"
    if artifact.size is not None and not artifact.url.startswith("file:"):
        return f"url {artifact.url} {artifact.size}"
    return None


def read_local_file(path: Path, promise: ExpectedFile) -> LocalFile:
    """Verifies a file that is in the file system.

    Raises:
        OSError: it cannot be read.
        IntegrityError: hash or size are others.
    """
    sha256 = hashlib.sha256()
    strong = strongest(promise.hashes)
    running = None if strong is None else new_hash(strong[0])
    size = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            size += len(chunk)
            sha256.update(chunk)
            if running is not None:
                running.update(chunk)
    if strong is not None and running is not None and strong[1] != running.hexdigest():
        raise promise.broken(strong[0], strong[1], running.hexdigest())
    if promise.size is not None and promise.size != size:
        raise promise.broken("size", str(promise.size), str(size))
    return LocalFile(path=path, sha256=sha256.hexdigest(), size=size)
