"""requirements.txt as pip reads it (pip's documentation, "Requirements File Format").

Reads all files that include each other and reports the faults of all of them. Never asks a
network: a file that is to be fetched is a fault.
"""

import codecs
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from flet_lock.boundary.bounds import NESTING, PROJECT_FILE_BYTES
from flet_lock.boundary.refusal import RefusedTextError
from flet_lock.boundary.regular_file import read_regular_file
from flet_lock.boundary.web_address import split_url
from flet_lock.model.app.fault import FaultKind
from flet_lock.model.app.project import NoteKind, RequirementsIndexes
from flet_lock.model.app.requirement import Place, ProjectRequirement
from flet_lock.model.lazy_regex import lazy_regex
from flet_lock.project.diagnostics import ProjectDiagnostics
from flet_lock.project.document import reason
from flet_lock.project.reference import (
    BadReferenceError,
    existing_path,
    has_scheme,
    instead_of,
    parse_requirement,
)
from flet_lock.project.requirements_txt.line_options import LineOptions
from flet_lock.project.requirements_txt.requirements_file import RequirementsFile

_COMMENT = lazy_regex(r"(^|\s+)#.*$")
_VARIABLE = lazy_regex(r"\$\{(?P<name>[A-Z0-9_]+)\}")
_CODING = lazy_regex(rb"coding[:=]\s*([-\w.]+)")
_HASH = lazy_regex(r"(?P<algorithm>sha256|sha384|sha512):(?P<digest>[0-9A-Fa-f]+)\Z")
_DIGEST_LENGTH: Final = {"sha256": 64, "sha384": 96, "sha512": 128}
# UTF-32's little-endian mark begins with UTF-16's, so it comes first.
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _Line(Struct, frozen=True):
    place: Place
    text: str


def read_requirements_txt(
    path: Path,
    *,
    root: Path,
    environ: Mapping[str, str],
    findings: ProjectDiagnostics,
    texts: Mapping[str, str] | None = None,
) -> RequirementsFile:
    """Reads a requirements file and all it includes.

    Args:
        path: the file.
        root: the app's folder. Places are relative to it, and so are paths in requirements, because
            that is where people run pip.
        environ: the values of `${NAME}`.
        findings: collects faults and notes.
        texts: texts of files by name, read instead of those on the disk; None: no such texts.
    """
    reader = _Reader(root=root, environ=environ, findings=findings, texts=texts or {})
    reader.read(path, constraints=False, including=())
    return reader.result()


class _Reader(Struct, kw_only=True):
    root: Path
    environ: Mapping[str, str]
    findings: ProjectDiagnostics
    texts: Mapping[str, str]
    requirements: list[ProjectRequirement] = []
    constraints: list[ProjectRequirement] = []
    default_index: str | None = None
    extra_indexes: list[str] = []
    find_links: list[str] = []
    no_index: bool = False
    prereleases: bool = False
    files: set[tuple[Path, bool]] = set()
    """Path, and whether as constraints, of the files that were read."""
    expanded: dict[str, str] = {}
    """Value to name of the environment variables that were put in."""

    def result(self) -> RequirementsFile:
        return RequirementsFile(
            requirements=tuple(self.requirements),
            constraints=tuple(self.constraints),
            indexes=RequirementsIndexes(
                default_index=self.default_index,
                extra_indexes=tuple(dict.fromkeys(self.extra_indexes)),
                find_links=tuple(dict.fromkeys(self.find_links)),
                no_index=self.no_index,
            ),
            prereleases=self.prereleases,
            files=tuple(sorted({path for path, _ in self.files})),
        )

    def read(self, path: Path, *, constraints: bool, including: tuple[Path, ...]) -> None:
        # A file that two others include says the same thing twice: once is enough.
        if (path, constraints) in self.files:
            return
        self.files.add((path, constraints))
        name = relative_name(path, self.root)
        for line in _logical_lines(self._text(path, name), name):
            self._line(line, path, constraints=constraints, including=(*including, path))

    def _text(self, path: Path, name: str) -> str:
        edited = self.texts.get(name)
        if edited is not None:
            return edited
        place = Place(file=name)
        try:
            content = read_regular_file(path, most_bytes=PROJECT_FILE_BYTES)
        except (OSError, ValueError) as error:
            detail = reason(error) if isinstance(error, OSError) else str(error)
            self._fault(place, FaultKind.UNREADABLE, name, detail=detail)
            return ""
        encoding = _encoding(content)
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            place = Place(file=name, line=content[: error.start].count(b"\n") + 1)
            detail = f"not {encoding}"
        except (LookupError, UnicodeError, ValueError):
            detail = f"unknown encoding {encoding}"
        self._fault(place, FaultKind.UNREADABLE, name, detail=detail)
        return ""

    def _line(
        self, line: _Line, path: Path, *, constraints: bool, including: tuple[Path, ...]
    ) -> None:
        text = _VARIABLE.sub(self._variable, line.text)
        requirement, option_text = _split_options(text)
        options = self._options(option_text, line) if option_text else None
        if option_text and options is None:
            return
        if options is not None and not requirement and options.editables:
            requirement = options.editables[0]
            self.findings.note(line.place, NoteKind.OPTION_IGNORED, "--editable")
        if requirement:
            self._requirement(requirement, options, line, constraints=constraints)
        elif options is not None:
            self._option_line(options, line.place, path, including)

    def _variable(self, match: re.Match[str]) -> str:
        # As pip: an unset or empty variable stays as it is written.
        value = self.environ.get(match["name"])
        if not value:
            return match[0]
        self.expanded[value] = match[0]
        return value

    def _fault(
        self,
        place: Place,
        kind: FaultKind,
        value: str,
        *,
        detail: str = "",
        choices: Sequence[str] = (),
        instead: Sequence[str] | None = None,
    ) -> None:
        # Variables are there to hold tokens: a message has their names, not their values.
        for secret, name in self.expanded.items():
            value = value.replace(secret, name)
            detail = detail.replace(secret, name)
        self.findings.fault(place, kind, value, detail=detail, choices=choices, instead=instead)

    def _options(self, text: str, line: _Line) -> LineOptions | None:
        # optparse takes 9 ms to import, and most files have no option at all.
        from flet_lock.project.requirements_txt.requirements_options import (  # noqa: PLC0415 - see above
            OptionError,
            parse_line_options,
        )

        try:
            return parse_line_options(text)
        except OptionError as error:
            instead = instead_of(line.text, error.kind)
            value = error.value if instead is None else line.text
            self._fault(line.place, error.kind, value, detail=error.detail, instead=instead)
            return None

    def _requirement(
        self, text: str, options: LineOptions | None, line: _Line, *, constraints: bool
    ) -> None:
        place = line.place
        try:
            requirement = parse_requirement(text, self.root)
        except BadReferenceError as error:
            instead = instead_of(line.text, error.kind)
            self._fault(place, error.kind, text, detail=error.detail, instead=instead)
            requirement = None
        hashes = self._hashes(options, place)
        if options is not None:
            self._note_without_effect(options, place)
        if requirement is None:
            return
        if constraints and requirement.extras:
            # pip: "Constraints cannot have extras".
            self._fault(
                place, FaultKind.UNSUPPORTED, text, detail="a constraint cannot have extras"
            )
            return
        found = ProjectRequirement(requirement=requirement, place=place, hashes=hashes)
        (self.constraints if constraints else self.requirements).append(found)

    def _hashes(self, options: LineOptions | None, place: Place) -> tuple[str, ...]:
        found: list[str] = []
        for value in options.hashes if options is not None else ():
            match = _HASH.match(value)
            if match is None or len(match["digest"]) != _DIGEST_LENGTH[match["algorithm"]]:
                self._fault(
                    place,
                    FaultKind.BAD_VALUE,
                    f"--hash={value}",
                    choices=tuple(f"{algorithm}:…" for algorithm in _DIGEST_LENGTH),
                )
            else:
                found.append(f"{match['algorithm']}:{match['digest'].lower()}")
        return tuple(found)

    def _option_line(
        self,
        options: LineOptions,
        place: Place,
        path: Path,
        including: tuple[Path, ...],
    ) -> None:
        for values, as_constraints in (
            (options.requirements, False),
            (options.constraints, True),
        ):
            for value in values:
                # pip: what a constraints file includes with -r are requirements again.
                self._include(value, place, path, as_constraints, including)
        self.no_index = self.no_index or options.no_index
        if options.index_url:
            self.default_index = self._index_location(options.index_url, place)
        for value in options.extra_index_urls:
            location = self._index_location(value, place)
            if location is not None:
                self.extra_indexes.append(location)
        for value in options.find_links:
            self._add_find_links(value, place, path)
        self.prereleases = self.prereleases or options.pre
        if options.hashes:
            self.findings.note(place, NoteKind.OPTION_IGNORED, "--hash")
        self._note_without_effect(options, place, on_requirement=False)

    def _include(
        self,
        value: str,
        place: Place,
        path: Path,
        constraints: bool,
        including: tuple[Path, ...],
    ) -> None:
        if has_scheme(value):
            self._fault(
                place, FaultKind.UNSUPPORTED, value, detail="a file on the network is not read"
            )
            return
        try:
            included = existing_path(value, path.parent)
        except BadReferenceError as error:
            self._fault(place, error.kind, value, detail=error.detail)
            return
        if included in including:
            names = [relative_name(each, self.root) for each in (*including, included)]
            self._fault(place, FaultKind.CYCLE, value, detail=" → ".join(names))
            return
        if len(including) >= NESTING:
            detail = f"files include each other over {NESTING} levels"
            self._fault(place, FaultKind.UNSUPPORTED, value, detail=detail)
            return
        self.read(included, constraints=constraints, including=including)

    def _index_location(self, value: str, place: Place) -> str | None:
        """A web address as it is, a folder as an absolute path."""
        try:
            if has_scheme(value) and not value.lower().startswith("file:"):
                split_url(value)
                return value
            return str(existing_path(value, self.root))
        except BadReferenceError as error:
            self._fault(place, error.kind, value, detail=error.detail)
        except RefusedTextError as error:
            self._fault(place, FaultKind.BAD_VALUE, value, detail=str(error))
        return None

    def _add_find_links(self, value: str, place: Place, path: Path) -> None:
        if has_scheme(value) and not value.lower().startswith("file:"):
            # A page of links is no index; to ask it as one would look like "no such package".
            self._fault(
                place,
                FaultKind.UNSUPPORTED,
                value,
                detail="a page of links is not read: name a folder or a simple index",
            )
            return
        # pip: relative to the requirements file if it is there, else to where pip runs.
        for base in (path.parent, self.root):
            try:
                found = existing_path(value, base)
            except BadReferenceError as error:
                failure = error
                continue
            if found.is_dir():
                self.find_links.append(str(found))
                return
            failure = BadReferenceError(FaultKind.UNSUPPORTED, "not a folder")
        self._fault(place, failure.kind, value, detail=failure.detail)

    def _note_without_effect(
        self, options: LineOptions, place: Place, *, on_requirement: bool = True
    ) -> None:
        for option in options.without_effect:
            self.findings.note(place, NoteKind.OPTION_IGNORED, option)
        if not on_requirement:
            return
        # pip: options other than --hash and --config-settings on a requirement's line do nothing.
        for option in options.for_whole_file:
            self.findings.note(place, NoteKind.OPTION_IGNORED, option)


def relative_name(path: Path, root: Path) -> str:
    """A path relative to the app's folder, `/` between parts; outside it with `../`."""
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # another drive on Windows
        return path.as_posix()


def _encoding(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return encoding
    # PEP 263: a comment in one of the first two lines.
    for line in content.split(b"\n")[:2]:
        if line.startswith(b"#") and (match := _CODING.search(line)) is not None:
            return match[1].decode("ascii")
    return "utf-8"


def _logical_lines(text: str, name: str) -> Iterator[_Line]:
    """Lines without comments, continuations joined; a joined line has its first line's number."""
    joined = ""
    first = 0
    for number, physical in enumerate(text.splitlines(), start=1):
        line = physical
        is_comment = _COMMENT.match(line) is not None
        if not joined:
            first = number
        if line.endswith("\\") and not is_comment:
            joined += line.strip("\\")
            # pip: a lone backslash begins a line, too.
            joined = joined or " "
            continue
        # The blank makes sure that a comment which ends a continuation is seen as one.
        text_of_line = joined + (" " if is_comment else "") + line
        yield from _content(text_of_line, Place(file=name, line=first))
        joined = ""
    yield from _content(joined, Place(file=name, line=first))


def _content(text: str, place: Place) -> Iterator[_Line]:
    text = _COMMENT.sub("", text).strip()
    if text:
        yield _Line(place, text)


def _split_options(line: str) -> tuple[str, str]:
    """A line's requirement, and from the first word that begins with `-` on, its options.

    Only options are split as a shell would: a marker's quotes belong to the marker.
    """
    words = line.split(" ")
    for index, word in enumerate(words):
        if word.startswith("-"):
            return " ".join(words[:index]).strip(), " ".join(words[index:])
    return line.strip(), ""
