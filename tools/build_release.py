"""Builds the wheel and the source distribution twice, and keeps them where both are the same.

    python tools/build_release.py dist
    python tools/build_release.py dist --tag v0.1.0     the version has to be the tag's

Whoever builds the same commit gets the same bytes, and so can see that a release is what the source
says: the time in the archives is the commit's (reproducible-builds.org, SOURCE_DATE_EPOCH).
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(words: Sequence[str] | None = None) -> int:
    """Builds what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(description="builds a release reproducibly")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tag", help="the tag that is released")
    parser.add_argument("--no-isolation", action="store_true", help="with the libraries at hand")
    chosen = parser.parse_args(words)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if chosen.tag is not None and chosen.tag != f"v{project['version']}":
        print(f"the tag is {chosen.tag}, the version {project['version']}")
        return 1
    with tempfile.TemporaryDirectory() as scratch:
        first, second = Path(scratch, "first"), Path(scratch, "second")
        for folder in (first, second):
            build(folder, isolated=not chosen.no_isolation)
        digests = digest_all(first)
        if digests != digest_all(second):
            print(f"two builds differ: {digests} {digest_all(second)}")
            return 1
        chosen.folder.mkdir(parents=True, exist_ok=True)
        for name, digest in digests.items():
            shutil.copy2(first / name, chosen.folder / name)
            print(f"{digest}  {name}")
    return 0


def build(folder: Path, *, isolated: bool) -> None:
    """Builds both distributions of the checkout into a folder."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": commit_time()}
    command = [sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)]
    command += [] if isolated else ["--no-isolation"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)


def commit_time() -> str:
    """Seconds since the epoch of the commit that is checked out."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def digest_all(folder: Path) -> dict[str, str]:
    """SHA-256 of each file by its name, sorted."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


if __name__ == "__main__":
    sys.exit(main())
