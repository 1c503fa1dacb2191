"""Sets flet-lock up in `.venv` of this checkout, and shows it or tests it.

    python tools/quickstart.py demo [APP]      lock an example app, offline, from data/
    python tools/quickstart.py test [ARGS…]    run all tests, on all cores (or: pytest ARGS…)
    python tools/quickstart.py check           lint, types, then all tests: what CI runs

Needs Python 3.11 or later and nothing else; the first run installs from PyPI.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
ALL_CORES = ("--numprocesses", "auto")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def run(*command: str | Path) -> int:
    """Runs a command in the checkout with this terminal; gives its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode


def install(*arguments: str) -> None:
    """Installs flet-lock from this checkout, editable, with what else is named."""
    if not PYTHON.exists():
        print(f"setting up {VENV.relative_to(ROOT)} …", flush=True)
        venv.create(VENV, with_pip=True)
        pip("install", "--upgrade", "pip>=25.1")  # --group came with pip 25.1
    pip("install", "--editable", ".", *arguments)
    # What pip does for what it copies; where Python is told to write no bytecode, each run would
    # compile us again.
    run(PYTHON, "-m", "compileall", "-q", "resolver")


def pip(*arguments: str) -> None:
    """Runs pip quietly; what it has to say when it fails is shown."""
    code = run(PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments)
    if code:
        raise SystemExit(code)


def demo(app: str = "client") -> int:
    """Locks an example app on the recorded index."""
    folder = ROOT / "data" / "apps" / app
    if not folder.is_dir():
        known = sorted(path.name for path in folder.parent.iterdir() if path.is_dir())
        print(f"no example app is called {app!r}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    install()
    data = Path("data", "index")
    command = (
        BIN / "flet-lock",
        folder.relative_to(ROOT),
        *("--default-index", data / "pypi", "--index", f"flet={data / 'flet'}"),
    )
    # The list of Pythons too, which a lock would ask GitHub for.
    manifest = Path("data", "catalog", "python-releases.json")
    os.environ["FLET_PYTHON_BUILD_MANIFEST"] = str(ROOT / manifest)
    print(f"$ FLET_PYTHON_BUILD_MANIFEST={manifest} flet-lock", *command[1:], flush=True)
    return run(*command)


def test(*arguments: str) -> int:
    """Runs the tests."""
    install("--group", "test")
    return run(PYTHON, "-m", "pytest", *(arguments or ALL_CORES))


def check() -> int:
    """Lint, format, types, tests: all of them, even when one fails."""
    install("--group", "dev")
    failed = [
        name
        for name, command in (
            ("lint", ("ruff", "check", ".")),
            ("format", ("ruff", "format", "--check", ".")),
            ("types", ("mypy",)),
            ("tests", ("pytest", *ALL_CORES)),
        )
        if run(PYTHON, "-m", *command)
    ]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def main() -> int:
    """Dispatches on the first argument."""
    if sys.version_info < (3, 11):  # noqa: UP036 - a plain word beats a traceback
        print(f"flet-lock needs Python 3.11 or later; this is {sys.version.split()[0]}")
        return 2
    match sys.argv[1:]:
        case ["demo", *rest]:
            return demo(*rest[:1])
        case ["test", *rest]:
            return test(*rest)
        case ["check"]:
            return check()
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    raise SystemExit(main())
