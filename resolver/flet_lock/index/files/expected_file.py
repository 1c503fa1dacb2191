"""What is known of a file before it is read, and the file once it is here."""

from collections.abc import Mapping

from msgspec import Struct

from flet_lock.integrity.hashes import strongest
from flet_lock.model.errors.index import IntegrityError
from flet_lock.model.index.artifact import Artifact, Wheel
from flet_lock.model.redaction import public_url


class ExpectedFile(Struct, frozen=True, kw_only=True):
    """What an index, or a requirement, says of a file."""

    filename: str
    url: str
    """Without credentials."""
    index: str | None
    hashes: Mapping[str, str]
    size: int | None

    def mismatch(self, algorithm: str, expected: str, found: str) -> IntegrityError:
        """The error for a file that is not what was digestd."""
        return IntegrityError(
            index=self.index,
            url=public_url(self.url),
            filename=self.filename,
            algorithm=algorithm,
            expected=expected,
            found=found,
        )


def expected_file_of(artifact: Artifact) -> ExpectedFile:
    """What the index says of an artifact."""
    return ExpectedFile(
        filename=artifact.filename,
        url=artifact.url,
        index=artifact.index,
        hashes=artifact.hashes,
        size=artifact.size,
    )


def expected_metadata_of(wheel: Wheel, hashes: Mapping[str, str]) -> ExpectedFile:
    """What the index says of a wheel's metadata file (PEP 658): `.metadata` behind its path."""
    path, question, query = wheel.url.partition("?")
    return ExpectedFile(
        filename=f"{wheel.filename}.metadata",
        url=f"{path}.metadata{question}{query}",
        index=wheel.index,
        hashes=hashes,
        size=None,
    )


def metadata_key(artifact: Artifact) -> str | None:
    """What identifies a file's metadata for ever; None: nothing does.

    Two wheels share a key only where the index says that their metadata is the same, byte for
    byte. Wheels of one version do differ.
    """
    if isinstance(artifact, Wheel) and artifact.core_metadata is not None:
        digest = strongest(artifact.core_metadata.hashes)
        if digest is not None:
            return f"metadata {digest[0]}:{digest[1]}"
    digest = strongest(artifact.hashes)
    if digest is not None:
        return f"file {digest[0]}:{digest[1]}"
    if artifact.size is not None and not artifact.url.startswith("file:"):
        return f"url {artifact.url} {artifact.size}"
    return None
