"""Works out what somebody meant who wrote a requirement as another tool has it.

conda, Poetry, `pip list`, a shell: each writes a package and its version in its own way, and what
was meant can be told. Nothing here is locked: the line is shown, and the user writes it.
"""

import re
import unicodedata
from typing import Final
from urllib.parse import unquote, urlsplit

from packaging.requirements import InvalidRequirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.requirement_text import bounded, parse_pep508, parse_version
from flet_lock.project.poetry.poetry_constraint import (
    InexpressibleConstraintError,
    parse_constraint,
)

_COMMAND: Final = re.compile(
    r"(?:[$>%]\s+)?(?:(?:python3?|py)\s+-m\s+)?"
    r"(?:(?:uv\s+)?pip[\d.]*\s+install|(?:uv|poetry|pdm|pipenv|rye)\s+(?:add|install)"
    r"|(?:conda|mamba|micromamba)\s+install|import|from)\s+"
)
_BULLET: Final = re.compile(r"[-*•]\s+")
_RULE: Final = re.compile(r"[-=+|\s]{3,}\Z")
_TABLE_HEAD: Final = re.compile(r"(?:package|name)\s+version\b", re.IGNORECASE)
_OWN_FOLDER: Final = re.compile(r"(?:(?:-e|--editable)[\s=]*)?\.[/\\]?(?:\[[^\]]*\])?\Z")
_PARTS: Final = re.compile(
    r"(?:[\w.-]+::)?(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)"
    r"(?P<extras>\s*\[[^\]]*\])?\s*(?P<rest>.*)\Z"
)
_ANY: Final = re.compile(r"[=<>~!^@:\s]*(?:\*|latest|newest|any|=)\Z", re.IGNORECASE)
_CONDA: Final = re.compile(r"={1,2}\s*(?P<version>[\w.!+*]+)(?P<build>=\w+)?\Z")
_LINE_LENGTH: Final = 1_000
"""Characters; nobody writes a longer requirement by hand."""
_WHOLE_VERSION: Final = 3
_REPEATED_COMMA: Final = re.compile(r",[\s,]*,")
_TURNED: Final = re.compile(r"=\s*([<>~])")
_STAR_OF_A_BOUND: Final = re.compile(r"(?P<bound>(?:>=|<=|~=|>|<)\s*\d+(?:\.\d+)*)(?:\.\*)+")
_COMPATIBLE_WITH_A_MAJOR: Final = re.compile(r"~=\s*(\d+)\Z")
_SCP_LIKE: Final = re.compile(r"(?P<user>[\w.-]+)@(?P<host>[\w.-]+):(?P<path>[^:]+)\Z")
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?\Z")
_LOWER_BOUNDS_FIRST: Final = {">=": 0, ">": 0, "==": 1}


def mended_lines(text: str) -> tuple[str, ...] | None:
    """What to write instead of a text that is not a requirement.

    Args:
        text: One line of a list, its comment removed, or one entry of an array.

    Returns:
        The lines, each a requirement; none where the line asks for nothing, such as the heading
        of a table; None where it cannot be told what was meant.
    """
    plain = visible(text).strip()
    try:
        bounded(plain, longest=_LINE_LENGTH)
    except RefusedTextError:
        return None
    if _RULE.match(plain) or _TABLE_HEAD.match(plain) or _OWN_FOLDER.match(plain):
        return ()
    plain = _BULLET.sub("", plain, count=1) if _BULLET.match(plain) else plain
    plain, commands = _COMMAND.subn("", plain, count=1)
    plain = _without_wrapping(plain)
    if (location := _named_location(plain)) is not None:
        return (location,)
    if commands and re.search(r"(?:^|\s)-[rci]\b|--(?:requirement|constraint|index)", plain):
        return None
    if commands:
        plain = " ".join(word for word in plain.split(" ") if not word.startswith("-"))
    if (one := _mended(plain)) is not None:
        return (one,)
    words = [_mended(word) for word in re.split(r"[,\s]+", plain) if word]
    several = tuple(word for word in words if word is not None)
    return several if len(several) == len(words) > 1 else None


def visible(text: str) -> str:
    """A text without characters that nobody sees, and with plain ones for their look-alikes."""
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(each for each in plain if unicodedata.category(each) not in {"Cf", "Cc"})
    return kept.translate({0x2010: "-", 0x2011: "-", 0x2013: "-", 0x201C: '"', 0x201D: '"'})


def version_meant(text: str) -> str | None:
    """The specifier that a text stands for as another tool writes it; `""` for any version.

    None where it is none.
    """
    rest = _without_wrapping(text)
    if not rest or _ANY.match(rest):
        return ""
    if (inner := re.fullmatch(r"\((.*)\)", rest)) is not None:
        return version_meant(inner[1])
    first = rest.lstrip("=:@ ").partition(" ")[0].strip("\"'")
    if (conda := _CONDA.match(rest)) is not None:
        # conda's specification: `=1.26` is any 1.26, and with a build it is that one release.
        is_family = len(conda["version"].split(".")) < _WHOLE_VERSION and not conda["build"]
        star = ".*" if is_family and rest[:2] != "==" and "*" not in rest else ""
        rest = f"=={conda['version']}{star}"
    elif rest[0] in ":@" and (exact := _exact(first)) is not None:
        return exact  # a mapping's `: 1.0`, npm's `@1.0`
    rest = _REPEATED_COMMA.sub(",", rest)
    rest = _STAR_OF_A_BOUND.sub(r"\g<bound>", _TURNED.sub(r"\1=", rest))
    rest = _COMPATIBLE_WITH_A_MAJOR.sub(r"==\1.*", rest)
    rest = rest.lstrip(":=@ ") if rest[0] in ":@" or rest.startswith(("= ", '="')) else rest
    try:
        return _spelled(parse_constraint(rest.strip("\"' ")))
    except (InvalidSpecifier, InexpressibleConstraintError, RefusedTextError):
        # A row of a table: the version, then where it comes from.
        return _exact(first) if first and rest.startswith(first) else None


def _without_wrapping(text: str) -> str:
    """Quotes, trailing commas and semicolons are another file's."""
    text = text.strip().rstrip(",;").strip()
    for quote in ("'", '"', "`"):
        if len(text) > 1 and text[0] == quote == text[-1]:
            return text[1:-1].strip()
    return text


def _mended(text: str) -> str | None:
    """One requirement; None where it cannot be told."""
    head, semicolon, marker = text.partition(";")
    parts = _PARTS.match(head.strip())
    if parts is None:
        return None
    name = f"{parts['name']}{(parts['extras'] or '').strip()}"
    rest = parts["rest"].strip()
    specifier = _of_a_file(rest, parts["name"])
    if specifier is None:
        specifier = version_meant(rest)
    if specifier is None or _exact(parts["name"]) is not None:
        return None
    mended = f"{name}{specifier}{f'; {marker.strip()}' if semicolon else ''}"
    try:
        parse_pep508(mended)
    except (InvalidRequirement, RefusedTextError):
        return None
    return mended


def _of_a_file(rest: str, name: str) -> str | None:
    """Conda builds from folders of its own machines, which nobody else has."""
    if not rest.startswith("@") or "file:" not in rest:
        return None
    filename = unquote(urlsplit(rest.lstrip("@ ")).path.rpartition("/")[2])
    try:
        built, version, *_ = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return ""
    return f"=={version}" if built == re.sub(r"[-_.]+", "-", name).lower() else ""


def _exact(text: str) -> str | None:
    try:
        return f"=={parse_version(text)}" if text[:1].isdigit() or text[:1] == "v" else None
    except RefusedTextError:
        return None


def _spelled(specifiers: SpecifierSet) -> str:
    """`>=1,<2`: the lower bound first."""
    ordered = sorted(specifiers, key=lambda each: _LOWER_BOUNDS_FIRST.get(each.operator, 2))
    return ",".join(map(str, ordered))


def _named_location(text: str) -> str | None:
    """An address with the name of what is there in front: that of its repository."""
    location = re.sub(r"\A(?:-e|--editable)[\s=]*", "", text)
    scp = _SCP_LIKE.match(location.removeprefix("git+"))
    if scp is not None:
        location = f"git+ssh://{scp['user']}@{scp['host']}/{scp['path']}"
    try:
        parts = urlsplit(location.partition(" ")[0])
    except ValueError:  # `https://[`
        return None
    if not parts.netloc or "@" in location.partition("/")[0]:
        return None
    steps = [step for step in parts.path.split("/") if step]
    is_page = parts.scheme in {"http", "https"} and parts.netloc in {"github.com", "gitlab.com"}
    is_git = parts.scheme.startswith("git") or parts.path.endswith(".git")
    if is_page and len(steps) > 2:  # noqa: PLR2004 - owner/name/archive/…: a file of that repository
        name = steps[1]
    elif (is_git or is_page) and steps:
        name = steps[-1].partition("@")[0]
        location = location if parts.scheme.startswith("git") else f"git+{location}"
    else:
        return None
    name = name.removesuffix(".git")
    return f"{name} @ {location}" if _NAME.match(name) else None
