"""The lock of flet-lock itself: `pylock.toml` (PEP 751), every wheel with its hash.

python tools/own_lock.py check      is it what pyproject.toml asks for? offline, what CI runs
python tools/own_lock.py write      resolves anew by `pip lock`, asks PyPI for all wheels
python tools/own_lock.py audit      known vulnerabilities (pip-audit, in an environment of its own)
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import tomllib
import urllib.request
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "pylock.toml"
SIMPLE = "https://pypi.org/simple"
FILES_HOST = "files.pythonhosted.org"
_JSON = "application/vnd.pypi.simple.v1+json"
_ALSO_LOCKED = ("setuptools", "pip")
"""What `pip lock` may name, and is nobody's requirement at run time."""
AUDITOR = "pip-audit>=2.10,<3"


def main(words: Sequence[str] | None = None) -> int:
    """Does what the command line says; returns the exit code."""
    parser = argparse.ArgumentParser(description="the lock of flet-lock itself")
    parser.add_argument("action", choices=("check", "write", "audit"))
    match parser.parse_args(words).action:
        case "write":
            LOCK.write_text(make(), encoding="utf-8")
        case "audit":
            return audit()
    faults = find_faults(LOCK.read_text(encoding="utf-8"))
    for fault in faults:
        print(fault)
    return int(bool(faults))


def requirements() -> list[str]:
    """What pyproject.toml requires at run time."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [str(each) for each in document["project"]["dependencies"]]


def find_faults(text: str) -> list[str]:
    """What of a lock is not as it should be."""
    from packaging.pylock import Pylock, PylockValidationError  # noqa: PLC0415 - `write` needs none
    from packaging.requirements import Requirement  # noqa: PLC0415
    from packaging.utils import canonicalize_name  # noqa: PLC0415

    try:
        lock = Pylock.from_dict(tomllib.loads(text))
    except PylockValidationError as error:
        return [f"pylock.toml: {error}"]
    found: list[str] = []
    versions = {package.name: package.version for package in lock.packages}
    for requirement in map(Requirement, requirements()):
        version = versions.get(canonicalize_name(requirement.name))
        if version is None:
            found.append(f"{requirement.name} is not locked")
        elif version not in requirement.specifier:
            found.append(f"{requirement.name} {version} is locked, {requirement} is asked for")
    for package in lock.packages:
        for wheel in package.wheels or ():
            digits = wheel.hashes.get("sha256", "")
            if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
                found.append(f"{wheel.filename} has no hash")
            parts = urlsplit(wheel.url or "")
            if (parts.scheme, parts.netloc) != ("https", FILES_HOST):
                found.append(f"{wheel.filename} is not a file of PyPI: {wheel.url}")
        if not package.wheels:
            found.append(f"{package.name} has no wheel")
    return found


def make() -> str:
    """A new lock: the versions that pip chooses, and all of their wheels on PyPI."""
    lines = [
        "# Written by tools/own_lock.py. Do not edit.",
        'lock-version = "1.0"',
        'requires-python = ">=3.11"',
        'created-by = "tools/own_lock.py"',
    ]
    for name, version in _versions():
        lines += ["", "[[packages]]", f'name = "{name}"', f'version = "{version}"']
        lines += [f'index = "{SIMPLE}"', "wheels = ["]
        lines += [f"  {line}," for line in _wheels(name, version)]
        lines.append("]")
    return "\n".join(lines) + "\n"


def _versions() -> list[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pylock.toml")
        command = [sys.executable, "-m", "pip", "lock", "--quiet", "--only-binary", ":all:"]
        subprocess.run([*command, "--output", str(path), *requirements()], check=True)
        packages = tomllib.loads(path.read_text(encoding="utf-8"))["packages"]
    found = {str(each["name"]): str(each["version"]) for each in packages}
    return sorted((name, version) for name, version in found.items() if name not in _ALSO_LOCKED)


def _wheels(name: str, version: str) -> Iterator[str]:
    from packaging.utils import parse_wheel_filename  # noqa: PLC0415 - see `find_faults`
    from packaging.version import Version  # noqa: PLC0415

    request = urllib.request.Request(f"{SIMPLE}/{name}/", headers={"Accept": _JSON})
    with urllib.request.urlopen(request, timeout=60) as answer:
        page: dict[str, Any] = json.load(answer)
    for file in sorted(page["files"], key=lambda one: str(one["filename"])):
        filename = str(file["filename"])
        if filename.endswith(".whl") and parse_wheel_filename(filename)[1] == Version(version):
            digits = file["hashes"]["sha256"]
            yield f'{{ url = "{file["url"]}", hashes = {{ sha256 = "{digits}" }} }}'


def audit() -> int:
    """Holds the locked versions against the known vulnerabilities of PyPI's database."""
    with tempfile.TemporaryDirectory() as folder:
        environment = Path(folder, "venv")
        venv.create(environment, with_pip=True)
        python = environment / ("Scripts" if os.name == "nt" else "bin") / "python"
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", AUDITOR], check=True)
        command = [str(python), "-m", "pip_audit", "--locked", str(ROOT)]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
