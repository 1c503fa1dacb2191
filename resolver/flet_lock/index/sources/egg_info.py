"""What setuptools wrote into an sdist about its requirements, for sources that are not run.

No standard says that a wheel built from it requires the same: what rests on it is an expectation,
never a lock. Format: setuptools' `requires.txt`, sections `[extra]`, `[:marker]`, `[extra:marker]`.
"""

from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement


def written_requirements(source: Path) -> list[str] | None:
    """`Requires-Dist` lines as `requires.txt` has them; None for an sdist of another backend.

    Args:
        source: the unpacked sdist.
    """
    folders = [*source.glob("*.egg-info"), *source.glob("src/*.egg-info")]
    if not folders:
        return None
    path = folders[0] / "requires.txt"
    try:
        # Without requirements there is no such file.
        return list(_lines(path.read_text(encoding="utf-8"))) if path.is_file() else []
    except (OSError, UnicodeDecodeError, InvalidRequirement):
        return None


def _lines(text: str) -> Iterator[str]:
    extra = marker = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("[") and line.endswith("]"):
            extra, _, marker = line[1:-1].partition(":")
        elif line and not line.startswith("#"):
            conditions = [f"({marker})"] if marker else []
            conditions += [f'extra == "{extra}"'] if extra else []
            requirement = f"{line}; {' and '.join(conditions)}" if conditions else line
            yield str(Requirement(requirement))
