"""Records a part of PyPI as a directory index, so that projects lock without a network.

    python tools/record_index.py --out data/index/pypi --roots data/index/roots.toml \
        --beside data/index/flet

Starting from root requirements it follows what every recorded wheel requires on any phone (and
on one desktop, for comparison), and writes `simple/<name>/index.json` (PEP 691) with relative
links and `files/<wheel>.metadata` with trimmed core metadata. Wheels themselves are not stored.
A second run asks only for what an earlier one in the same folder has not recorded.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from recording.closure import Recorder, Recording, metadata_digests
from recording.metadata import name_of, requirements_of
from recording.page import render_page
from recording.policy import Policy
from recording.pypi import PyPI

SUMMARY = "recorded.json"
_YEAR = timedelta(days=365)


class RootsFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`roots.toml`: what a recording starts from, and how far it goes."""

    requirements: list[str]
    years: float = 3
    """Age of the oldest upload that is recorded without being asked for by name."""
    newest: int = 30
    depths: dict[str, int] = {}


def requirements_beside(folder: Path) -> dict[str, list[Requirement]]:
    """What the releases of another directory index require, by package."""
    texts: dict[str, set[bytes]] = defaultdict(set)
    for path in sorted(folder.glob("**/*.metadata")):
        text = path.read_bytes()
        texts[canonicalize_name(name_of(text))].add(text)
    return {
        name: [requirement for text in sorted(found) for requirement in requirements_of(text)]
        for name, found in texts.items()
    }


def recorded_before(folder: Path) -> dict[str, bytes]:
    """Trimmed metadata of an earlier recording, by sha256 of the wheel."""
    found: dict[str, bytes] = {}
    for page in folder.glob("simple/*/index.json"):
        for file in json.loads(page.read_bytes())["files"]:
            if "core-metadata" in file:
                path = folder / "files" / f"{file['filename']}.metadata"
                found[file["hashes"]["sha256"]] = path.read_bytes()
    return found


def write_recording(folder: Path, recording: Recording, about: Mapping[str, object]) -> None:
    """Write the directory index; an older one in its place goes when the new one is complete."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    files = fresh / "files"
    files.mkdir(parents=True)
    packages = {}
    for package in recording.packages:
        page = render_page(package.name, package.files, metadata_digests(package))
        path = fresh / "simple" / package.name / "index.json"
        path.parent.mkdir(parents=True)
        path.write_bytes(page)
        for filename, text in package.metadata.items():
            (files / f"{filename}.metadata").write_bytes(text)
        for filename, content in package.sdists.items():
            (files / filename).write_bytes(content)
        packages[package.name] = {
            "versions": len({file.version for file in package.files}),
            "versions-on-pypi": package.versions_on_pypi,
            "files": len(package.files),
            "metadata": len(package.metadata),
            **({"sdists": sorted(package.sdists)} if package.sdists else {}),
        }
    summary = {
        **about,
        "counts": {
            "packages": len(packages),
            "files": sum(len(package.files) for package in recording.packages),
            "metadata": sum(len(package.metadata) for package in recording.packages),
        },
        "not-on-pypi": recording.unknown,
        "packages": packages,
    }
    (fresh / SUMMARY).write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


async def _record(options: argparse.Namespace, roots: RootsFile) -> int:
    now: datetime = options.date
    requirements = sorted({*roots.requirements, *options.requirement})
    policy = Policy(
        since=now - _YEAR * roots.years,
        newest=roots.newest,
        depths=dict(sorted(roots.depths.items())),
    )
    async with PyPI(options.index_url, connections=options.connections) as pypi:
        recorder = Recorder(
            pypi,
            policy,
            beside=requirements_beside(options.beside) if options.beside else {},
            known=recorded_before(options.out),
            report=lambda line: print(line, file=sys.stderr, flush=True),
        )
        recording = await recorder.record(Requirement(text) for text in requirements)
    about = {
        "recorded": now.date().isoformat(),
        "index": "https://pypi.org/simple",
        "requirements": requirements,
        "years": roots.years,
        "newest": policy.newest,
        "depths": policy.depths,
    }
    write_recording(options.out, recording, about)
    print(f"{len(recording.packages)} packages, {pypi.requests} requests")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("requirement", nargs="*", help="further root requirements")
    parser.add_argument("--out", type=Path, required=True, help="folder of the recorded index")
    parser.add_argument("--roots", type=Path, help="TOML file with requirements and bounds")
    parser.add_argument("--beside", type=Path, help="directory index whose releases count too")
    parser.add_argument("--index-url", default="https://pypi.org/simple")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument(
        "--date",
        type=lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
        default=datetime.now(UTC),
        help="counts as today (default: today)",
    )
    options = parser.parse_args(argv)
    table = tomllib.loads(options.roots.read_text(encoding="utf-8")) if options.roots else {}
    roots = msgspec.convert({"requirements": [], **table}, RootsFile)
    return asyncio.run(_record(options, roots))


if __name__ == "__main__":
    sys.exit(main())
