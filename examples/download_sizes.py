"""How much an app downloads per slice: python examples/download_sizes.py my-app."""

import sys
from pathlib import Path

from flet_lock import api


def main(project: Path) -> None:
    """Prints a line per slice of each lock, the largest packages first."""
    for path in sorted(project.glob("pylock.*.toml")):
        lock = api.read_lock(path)
        for name in lock.slices:
            files = [file for file in lock.for_slice(name) if isinstance(file, api.LockedFile)]
            largest = sorted(files, key=lambda file: file.size or 0, reverse=True)[:3]
            total = sum(file.size or 0 for file in files) / 1_000_000
            names = ", ".join(file.package for file in largest)
            print(f"{name}: {len(files)} files, {total:.1f} MB; largest: {names}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
