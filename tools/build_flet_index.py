"""Builds a stand-in for the Flet index (pypi.flet.dev) from facts about it.

    python tools/build_flet_index.py OUT

The tree has the same packages, versions, build tags, platform tags, file names and
requirements as the real index, with tiny stub wheels in place of the real ones: nothing in
them works on a phone. It depends on `data/index/flet-facts/` and the options alone: two runs
write the same bytes.
"""

import argparse
import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from pathlib import Path

from packaging.utils import canonicalize_name

from flet_index.facts import CONFIDENCES, Confidence, Facts, read_facts, wheels_of
from flet_index.pages import LAYOUTS, Layout, ListedWheel, pages, wheel_path
from flet_index.stub_wheel import metadata_of, wheel_bytes

FACTS = Path(__file__).resolve().parent.parent / "data" / "index" / "flet-facts"
SUMMARY = "built.json"
"""Lies at the root of every tree; what `--replace` may remove is told by it."""


def build_tree(
    out: Path,
    *,
    facts: Facts,
    metadata: Path,
    only: frozenset[str] = frozenset(),
    layout: Layout = "static",
    base_url: str = "",
    least: Confidence = "low",
    legacy: bool = True,
) -> list[ListedWheel]:
    """Write the tree into an empty or missing folder; returns its wheels by file name.

    Args:
        out: the folder.
        facts: the fact table.
        metadata: folder with the upstream releases' METADATA.
        only: normalized names; empty means every package.
        layout: see `flet_index.pages.pages`.
        base_url: prefix of absolute links; `""` for relative links.
        least: leave out builds that the facts are less sure of.
        legacy: whether to keep platform tags that are no longer built.
    """
    written: dict[str, ListedWheel] = {}
    for package in facts.package:
        if only and package.name not in only:
            continue
        for wheel in wheels_of(package, facts.target, least=least, legacy=legacy):
            content_of_metadata = metadata_of(wheel, metadata)
            content = wheel_bytes(wheel, content_of_metadata, facts.by_name)
            path = wheel_path(wheel.filename, layout)
            if path in written:
                raise FileExistsError(path)
            _write(out / path, content)
            if layout == "static":
                _write(out / f"{path}.metadata", content_of_metadata)
            written[path] = ListedWheel(
                filename=wheel.filename,
                path=path,
                metadata_name=str(BytesHeaderParser().parsebytes(content_of_metadata)["Name"]),
                sha256=hashlib.sha256(content).hexdigest(),
                metadata_sha256=hashlib.sha256(content_of_metadata).hexdigest(),
            )
    for path, text in pages(written.values(), layout, base_url).items():
        _write(out / path, text.encode())
    return sorted(written.values(), key=lambda wheel: wheel.filename)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _package_names(values: Sequence[str]) -> frozenset[str]:
    """Names given as they are, or as `@FILE` with one a line and `#` comments."""
    names: set[str] = set()
    for value in values:
        if value.startswith("@"):
            lines = Path(value[1:]).read_text(encoding="utf-8").splitlines()
            names.update(line.partition("#")[0].strip() for line in lines)
        else:
            names.add(value)
    return frozenset(canonicalize_name(name) for name in names if name)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, help="folder to write: missing or empty")
    parser.add_argument(
        "--only", nargs="+", default=(), metavar="NAME", help="these packages; @FILE: one a line"
    )
    parser.add_argument("--layout", choices=LAYOUTS, default="static")
    parser.add_argument("--base-url", default="", help="absolute links with this prefix")
    parser.add_argument("--min-confidence", choices=CONFIDENCES, default="low")
    parser.add_argument("--no-legacy", action="store_true", help="without 32-bit Android x86")
    parser.add_argument("--replace", action="store_true", help="an older tree in OUT goes first")
    parser.add_argument("--facts", type=Path, default=FACTS, help="folder with recipes.toml")
    options = parser.parse_args(argv)

    facts = read_facts(options.facts / "recipes.toml")
    only = _package_names(options.only)
    unknown = sorted(only - set(facts.by_name))
    if unknown:
        parser.error(f"no such package in recipes.toml: {', '.join(unknown)}")
    out: Path = options.out
    if out.exists() and any(out.iterdir()):
        if not (options.replace and (out / SUMMARY).is_file()):
            parser.error(f"{out} is not empty (--replace removes an older tree)")
        shutil.rmtree(out)

    base_url = options.base_url and options.base_url.rstrip("/") + "/"
    wheels = build_tree(
        out,
        facts=facts,
        metadata=options.facts / "metadata",
        only=only,
        layout=options.layout,
        base_url=base_url,
        least=options.min_confidence,
        legacy=not options.no_legacy,
    )
    names = sorted({canonicalize_name(wheel.filename.split("-")[0]) for wheel in wheels})
    summary = {
        "facts": facts.index.snapshot,
        "layout": options.layout,
        "packages": names,
        "wheels": len(wheels),
    }
    _write(out / SUMMARY, (json.dumps(summary, indent=1) + "\n").encode())
    print(f"{len(names)} packages, {len(wheels)} wheels")
    return 0


if __name__ == "__main__":
    sys.exit(main())
