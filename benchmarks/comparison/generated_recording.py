"""A generated universe as a recording, in the layout of `data/index/pypi`: any tool can be asked.

The recorded PyPI has no app of 150 packages; this has one of any size, a fifth of it native.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from comparison.generated_universe import GeneratedUniverse
from flet_lock.model.index.artifact import Artifact
from flet_lock.model.index.metadata import CoreMetadata

FIRST_PACKAGE = "p0"
_EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def write_recording(folder: Path, *, packages: int, versions: int) -> None:
    """Writes `simple/<name>/index.json` and `files/<wheel>.metadata` of a universe.

    Args:
        folder: Where to; must not exist.
        packages: How many; `p0` needs all of them.
        versions: Of each.
    """
    universe = GeneratedUniverse(packages=packages, versions=versions)
    files = folder / "files"
    files.mkdir(parents=True)
    for number in range(packages):
        name = canonicalize_name(f"p{number}")
        listing = universe.listing(name)
        rows: list[dict[str, Any]] = []
        for place, version in enumerate(reversed(listing.versions)):
            text = _metadata_text(universe, listing.artifacts(version))
            digest = hashlib.sha256(text).hexdigest()
            for artifact in listing.artifacts(version):
                (files / f"{artifact.filename}.metadata").write_bytes(text)
                rows.append(
                    {
                        "filename": artifact.filename,
                        "url": f"../../files/{artifact.filename}",
                        "hashes": {
                            "sha256": hashlib.sha256(artifact.filename.encode()).hexdigest()
                        },
                        "size": artifact.size,
                        "upload-time": f"{_EPOCH + timedelta(days=place):%Y-%m-%dT%H:%M:%S}Z",
                        "core-metadata": {"sha256": digest},
                    }
                )
        page = folder / "simple" / name / "index.json"
        page.parent.mkdir(parents=True)
        page.write_text(json.dumps({"meta": {"api-version": "1.1"}, "name": name, "files": rows}))


def _metadata_text(universe: GeneratedUniverse, artifacts: Sequence[Artifact]) -> bytes:
    """METADATA, which all files of a version share there."""
    found = universe.metadata(artifacts[0])
    assert isinstance(found, CoreMetadata)
    lines = ["Metadata-Version: 2.1", f"Name: {found.name}", f"Version: {found.version}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in found.requires_dist]
    return "".join(f"{line}\n" for line in lines).encode()
