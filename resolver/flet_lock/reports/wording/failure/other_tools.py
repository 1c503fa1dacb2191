"""Words of pip, pip-tools, uv, Poetry, PDM and Pipenv, and what does the same here."""

from typing import Final

from flet_lock.reports.layout.clean_text import code

_INSTALL: Final = ("flet-lock install", "installs exactly what is locked")
_CHECK: Final = ("flet-lock check", "says, offline, whether the locks are in step with the app")
_EDIT: Final = (
    "flet-lock",
    "locks what the app asks for: change `dependencies` in pyproject.toml first",
)
_NEWEST: Final = ("flet-lock lock -U", "takes the newest versions, `-P NAME` of one package")
_LOCK: Final = ("flet-lock lock", "resolves the app and writes the locks")
_EXPORT: Final = ("flet-lock export", "prints a lock as a hashed requirements file")
_INDEX: Final = ("--default-index URL", "takes the place of PyPI, `--index NAME=URL` adds to it")
_PRERELEASES: Final = ("--prereleases PACKAGE", "admits pre-releases of a package")
_GROUP: Final = ("--group NAME", "adds a dependency group, `--extra NAME` an extra")
_FOLDER: Final = ("flet-lock lock FOLDER", "locks the app in that folder")
_KEPT: Final = ("flet-lock", "keeps the versions of existing locks without being told")
_HASHED: Final = ("flet-lock", "writes the hash of every file without being told")
_WHEELS: Final = ("flet-lock wheels NAME", "shows which releases of a package run where")
_WHY: Final = ("flet-lock why NAME", "shows what brought a package in")
_TREE: Final = ("flet-lock tree", "shows what is locked, and what asks for what")

OTHER_TOOLS: Final = {
    "add": _EDIT,
    "remove": _EDIT,
    "uninstall": _EDIT,
    "sync": _INSTALL,
    "update": _NEWEST,
    "upgrade": _NEWEST,
    "compile": _LOCK,
    "resolve": _LOCK,
    "relock": _LOCK,
    "freeze": _EXPORT,
    "requirements": _EXPORT,
    "list": _TREE,
    "graph": _TREE,
    "show": _WHY,
    "info": _WHEELS,
    "search": _WHEELS,
    "versions": _WHEELS,
    "status": _CHECK,
    "validate": _CHECK,
    "version": ("flet-lock --version", "prints the version"),
    "self": ("pip install -U flet-lock", "takes the newest flet-lock"),
    "--frozen": _CHECK,
    "--check": _CHECK,
    "--update": _NEWEST,
    "--upgrade-all": _NEWEST,
    "--latest": _NEWEST,
    "--no-update": _KEPT,
    "--no-upgrade": _KEPT,
    "--regenerate": _NEWEST,
    "--generate-hashes": _HASHED,
    "--require-hashes": _HASHED,
    "--index-url": _INDEX,
    "--pypi-mirror": _INDEX,
    "-i": _INDEX,
    "--extra-index-url": ("--index NAME=URL", "adds an index"),
    "--find-links": ("--index NAME=FOLDER", "adds a folder with wheels"),
    "-f": ("--index NAME=FOLDER", "adds a folder with wheels"),
    "--pre": _PRERELEASES,
    "--prerelease": _PRERELEASES,
    "--allow-prereleases": _PRERELEASES,
    "--python": ("--python-version X.Y", "says which Python the app gets"),
    "-p": ("--python-version X.Y", "says which Python the app gets"),
    "--python-platform": ("--platform android|ios", "says which phones"),
    "--abi": ("--arch", "says which ABIs or slices"),
    "--all-extras": _GROUP,
    "--all-groups": _GROUP,
    "--with": _GROUP,
    "--dev": _GROUP,
    "--only-group": _GROUP,
    "--project": _FOLDER,
    "--directory": _FOLDER,
    "-C": _FOLDER,
    "-r": ("flet-lock", "reads requirements.txt of the app by itself"),
    "--requirement": ("flet-lock", "reads requirements.txt of the app by itself"),
    "--json": ("--output-format json", "prints one document"),
    "--no-color": ("--color never", "leaves colours out"),
    "--no-ansi": ("--color never", "leaves colours out"),
    "--debug": ("-v", "tells everything that was found"),
    "--no-cache-dir": ("--no-cache", "keeps nothing"),
}
"""A command or option that we do not have: what to write, and what that does."""


def explain_other_tool(word: str) -> str:
    """What does the same here; `""` for a word that none of these tools has, or that is ours."""
    if word not in OTHER_TOOLS:
        return ""
    ours, what = OTHER_TOOLS[word]
    return f"{code(ours)} {what}"
