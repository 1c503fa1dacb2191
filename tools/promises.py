"""Runs the test suite under every condition that pyproject.toml promises to support.

    python tools/promises.py                   all conditions on all Pythons at hand
    python tools/promises.py --list            the conditions, and the Pythons that are missing here
    python tools/promises.py lowest 3.12       the conditions and Pythons that are named

Conditions: `highest` (newest allowed libraries), `lowest` (the lower bound of each dependency),
`plain` (newest, without the optional accelerators pyreqwest and isal). Each pair of a condition and
a Python gets an environment of its own below `.cache/promises`, which is kept for the next run.
Builds with the real Flet (`slow`) run on the highest libraries only.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".cache" / "promises"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
CONDITIONS = ("highest", "lowest", "plain")
ACCELERATORS = ("isal", "pyreqwest")
_LOWER = re.compile(r"^([A-Za-z0-9._-]+)\s*>=\s*([^,;\s]+)")


def interpreter(version: str) -> str | None:
    """The path of an interpreter of a Python minor; None where this machine has none."""
    if sys.version.startswith(f"{version}."):
        return sys.executable
    names = ((f"python{version}",), ("py", f"-{version}"))
    for command in names if os.name == "nt" else names[:1]:
        if shutil.which(command[0]) is None:
            continue
        code = "import sys; print(sys.executable, '%d.%d' % sys.version_info[:2])"
        done = subprocess.run([*command, "-c", code], capture_output=True, text=True, check=False)
        if done.returncode == 0 and done.stdout.split()[-1:] == [version]:
            return done.stdout.rsplit(" ", 1)[0]
    return None


def lower_bounds() -> list[str]:
    """The dependencies of pyproject.toml pinned to their lower bounds, as constraints."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [_LOWER.match(line) for line in project["dependencies"]]
    return [f"{match[1]}=={match[2]}" for match in found if match]


def prepare(condition: str, version: str, python: str) -> Path:
    """Makes the environment of a condition; gives its interpreter."""
    folder = KEPT / f"{condition}-{version}"
    own = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not own.exists():
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
    pip = (str(own), "-m", "pip", "--disable-pip-version-check", "--quiet")
    subprocess.run([*pip, "install", "--upgrade", "pip>=25.1"], check=True)
    wanted = ["--group", "test"]
    if condition == "lowest":
        constraints = folder / "lowest.txt"
        constraints.write_text("\n".join(lower_bounds()) + "\n", encoding="utf-8")
        wanted += ["--constraint", str(constraints)]
    subprocess.run([*pip, "install", "--editable", ".", *wanted], cwd=ROOT, check=True)
    if condition == "plain":
        subprocess.run([*pip, "uninstall", "--yes", *ACCELERATORS], check=True)
    return own


def passes(condition: str, version: str, python: str) -> bool:
    """Whether the suite passes under one condition on one Python."""
    print(f"== {condition} libraries, Python {version}", flush=True)
    own = prepare(condition, version, python)
    chosen = "not live and not old_flet" + ("" if condition == "highest" else " and not slow")
    command = (own, "-m", "pytest", "-q", "--numprocesses", "auto", "-m", chosen)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Runs what the arguments name, or everything; 1 where something fails."""
    words = sys.argv[1:]
    unknown = set(words) - {*CONDITIONS, *PYTHONS, "--list"}
    if unknown:
        print(f"unknown: {', '.join(sorted(unknown))}\n\n{__doc__}", file=sys.stderr)
        return 2
    conditions = [name for name in CONDITIONS if name in words] or CONDITIONS
    versions = [name for name in PYTHONS if name in words] or PYTHONS
    found = {version: interpreter(version) for version in versions}
    missing = [version for version, python in found.items() if python is None]
    if missing:
        print(f"not run, no interpreter here: Python {', '.join(missing)}", flush=True)
    pairs = [(c, v, p) for v, p in found.items() if p is not None for c in conditions]
    if "--list" in words:
        print("\n".join(f"{condition} {version}" for condition, version, _ in pairs))
        return 0
    failed = [f"{pair[0]} {pair[1]}" for pair in pairs if not passes(*pair)]
    print(f"failed: {', '.join(failed)}" if failed else f"{len(pairs)} of {len(pairs)} passed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
