"""What Flet's build deletes after pip has run: the globs of serious_python, as Dart reads them.

Dart's `package:glob` differs from Python's `fnmatch`: `*` and `?` stop at `/`, `**` does not, and
`{a,b}` is a choice. Each path, of files and of folders, is matched relative to the slice's folder.
"""

import re
from collections.abc import Iterable
from typing import Final

JUNK_GLOBS: Final = (
    "**.c",
    "**.h",
    "**.cpp",
    "**.hpp",
    "**.typed",
    "**.pyi",
    "**.pxd",
    "**.pyx",
    "**.a",
    "**.pdb",
    "__pycache__",
    "**/__pycache__",
    "**.exe",
    "**.dll",
    "bin",
    "**/bin",
)
"""serious_python 4.5, `bin/package_command.dart`, `junkFilesMobile`."""


class Junk:
    """The files that a cleanup deletes."""

    def __init__(self, globs: Iterable[str], *, ignores_case: bool = False) -> None:
        """Takes globs as `cleanup.package_files` has them.

        Args:
            globs: relative to a slice's folder. One that cannot be read matches nothing: the
                build stops on it.
            ignores_case: whether the build ran on Windows, where Dart's globs ignore case.
        """
        patterns = []
        for glob in globs:
            # serious_python: `Glob(g.replaceAll("\\", "/"))`, so nothing can be escaped.
            pattern = _pattern(glob.replace("\\", "/"))
            if pattern is not None:
                patterns.append(f"(?:{pattern})")
        flags = re.IGNORECASE if ignores_case else 0
        self._matches = re.compile("|".join(patterns), flags).fullmatch if patterns else None
        self._folders: dict[str, bool] = {"": False}

    def __contains__(self, path: str) -> bool:
        """Whether a file is deleted, by its own path or with a folder above it."""
        if self._matches is None:
            return False
        return self._matches(path) is not None or self._in_folder(path.rpartition("/")[0])

    def _in_folder(self, folder: str) -> bool:
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = folder in self
        return known


def _pattern(glob: str) -> str | None:
    """The regular expression of a glob; None where its brackets do not close."""
    parts: list[str] = []
    position, depth = 0, 0
    while position < len(glob):
        character = glob[position]
        position += 1
        if character == "*":
            deep = glob.startswith("*", position)
            position += deep
            parts.append(".*" if deep else "[^/]*")
        elif character == "?":
            parts.append("[^/]")
        elif character == "[":
            end = glob.find("]", position + 1)
            if end < 0:
                return None
            parts.append(_range(glob[position:end]))
            position = end + 1
        elif character == "{":
            depth += 1
            parts.append("(?:")
        elif character == "}" and depth:
            depth -= 1
            parts.append(")")
        elif character == "," and depth:
            parts.append("|")
        else:
            parts.append(re.escape(character))
    return None if depth else "".join(parts)


def _range(content: str) -> str:
    negated = content[:1] in ("!", "^")
    characters = re.sub(r"([\\\[\]^&~|])", r"\\\1", content[negated:])
    return f"(?!/)[{'^' if negated else ''}{characters}]"
