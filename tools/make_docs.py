"""Writes the output of each command into docs/: what stands there is what the program says.

    python tools/make_docs.py            renews docs/*.md
    python tools/make_docs.py --check    tells which pages are not what the program says now

A console block behind `<!-- run: APP -->` is run on a copy of data/apps/APP and the recorded index,
one behind `<!-- trouble: NAME -->` on a file of tests/troubles. `lines=N` cuts long output. Times
differ from run to run, so all of them are written as 0.1 s.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT / "tests"))

from fakes.flet_versions import SHIPPED  # noqa: E402 - found through the line above
from fakes.scenario import read_scenario  # noqa: E402
from fakes.trouble import write_trouble  # noqa: E402

BLOCK = re.compile(
    r"<!-- (?P<kind>run|trouble): (?P<world>\S+)(?: lines=(?P<lines>\d+))? -->\n"
    r"(?P<fence>```console\n)(?P<body>.*?)```\n",
    re.DOTALL,
)
_JSON_SECONDS = re.compile(r'("seconds": )[\d.]+')
_SECONDS = re.compile(r"\b\d+\.\d+ s\b")


class Worlds:
    """Apps in a folder that is gone afterwards; each is made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def app(self, kind: str, name: str) -> Path:
        """The folder of an app."""
        folder = self._folder / kind / name.replace("/", "-")
        if kind == "trouble":
            if not folder.exists():
                write_trouble(read_scenario(ROOT / "tests" / "troubles" / f"{name}.toml"), folder)
            return folder / "app"
        if not folder.exists():
            shutil.copytree(ROOT / "data" / "apps" / name, folder)
        return folder

    def run(self, kind: str, name: str, command: str) -> str:
        """What a command prints, both streams, without what differs from run to run."""
        words = shlex.split(command.partition("  #")[0])
        assert words[0] == "flet-lock", command
        index = ROOT / "data" / "index"
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith("FLET_LOCK")
        }
        for each in ("CI", "FORCE_COLOR", "NO_COLOR", "GITHUB_ACTIONS", "GITHUB_WORKSPACE"):
            environ.pop(each, None)
        environ |= SHIPPED | {
            "COLUMNS": "96",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": str(ROOT / "resolver"),
            "FLET_LOCK_CACHE_DIR": str(self._folder / "cache"),
            # On a busy machine there may be no time for all trials.
            "FLET_LOCK_FIX_BUDGET": "120",
        }
        if kind == "run":
            environ["FLET_LOCK_DEFAULT_INDEX"] = str(index / "pypi")
            environ["FLET_LOCK_INDEX"] = f"flet={index / 'flet'}"
        done = subprocess.run(
            [sys.executable, "-m", "flet_lock", *words[1:]],
            cwd=self.app(kind, name),
            env=environ,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert str(self._folder) not in done.stdout, f"a path of this machine: {command}"
        assert "fault of its own" not in done.stdout, done.stdout
        output = _JSON_SECONDS.sub(r"\g<1>0.1", done.stdout)
        return _SECONDS.sub("0.1 s", output).replace("\u00a0", " ")


def renewed(text: str, worlds: Worlds) -> str:
    """A page with the output of each of its commands as it is now."""

    def renew(match: re.Match[str]) -> str:
        commands = [line for line in match["body"].splitlines() if line.startswith("$ ")]
        most = int(match["lines"] or 1_000)
        parts = []
        for command in commands:
            lines = worlds.run(match["kind"], match["world"], command[2:]).splitlines()
            shown = [*lines[:most], "…"] if len(lines) > most else lines
            parts.append("\n".join([command, *(line.rstrip() for line in shown)]))
        head = match[0][: match.start("body") - match.start()]
        return head + "\n".join(parts) + "\n```\n"

    return BLOCK.sub(renew, text)


def main() -> int:
    """Renews or compares all pages."""
    check = "--check" in sys.argv[1:]
    stale = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        worlds = Worlds(Path(folder))
        for page in sorted(DOCS.glob("*.md")):
            text = page.read_text(encoding="utf-8")
            new = renewed(text, worlds)
            if new != text:
                stale.append(page.name)
                if not check:
                    page.write_text(new, encoding="utf-8", newline="\n")
    for name in stale:
        print(f"docs/{name} {'is not what the program says' if check else 'renewed'}")
    return int(check and bool(stale))


if __name__ == "__main__":
    raise SystemExit(main())
