"""The part of SARIF 2.1.0 (OASIS) that findings need; names and sections are the standard's."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

import msgspec
from msgspec import Struct, field

from flet_lock import __version__
from flet_lock.model.app.requirement import Place
from flet_lock.reports.findings import PROJECT_FILE, RULES, Finding
from flet_lock.reports.layout.clean_text import GLUE, clean

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_DOCS: Final = "https://github.com/flet-dev/flet-lock"
_LEVELS: Final = {"error": "error", "warning": "warning", "notice": "note"}


class Message(Struct, frozen=True, kw_only=True):
    """Section 3.11."""

    text: str


class Rule(Struct, frozen=True, kw_only=True):
    """A `reportingDescriptor`, section 3.49."""

    id: str
    shortDescription: Message  # noqa: N815 - the standard's name, as below
    helpUri: str  # noqa: N815


class Driver(Struct, frozen=True, kw_only=True):
    """A `toolComponent`, section 3.19."""

    name: str
    version: str
    informationUri: str  # noqa: N815
    rules: tuple[Rule, ...]


class Tool(Struct, frozen=True, kw_only=True):
    """Section 3.18."""

    driver: Driver


class ArtifactLocation(Struct, frozen=True, kw_only=True):
    """Section 3.4."""

    uri: str
    """Relative to the checkout, percent-encoded."""
    uriBaseId: str  # noqa: N815


class Region(Struct, frozen=True, kw_only=True):
    """Section 3.30."""

    startLine: int  # noqa: N815


class PhysicalLocation(Struct, frozen=True, kw_only=True):
    """Section 3.29."""

    artifactLocation: ArtifactLocation  # noqa: N815
    region: Region


class Location(Struct, frozen=True, kw_only=True):
    """Section 3.28."""

    physicalLocation: PhysicalLocation  # noqa: N815


class Result(Struct, frozen=True, kw_only=True):
    """Section 3.27."""

    ruleId: str  # noqa: N815
    ruleIndex: int  # noqa: N815
    level: str
    message: Message
    locations: tuple[Location, ...]
    partialFingerprints: dict[str, str]  # noqa: N815


class Run(Struct, frozen=True, kw_only=True):
    """Section 3.14."""

    tool: Tool
    columnKind: str  # noqa: N815
    results: tuple[Result, ...]


class Log(Struct, frozen=True, kw_only=True):
    """A `sarifLog`, section 3.13."""

    schema: str = field(name="$schema")
    version: str
    runs: tuple[Run, ...]


def render_sarif(findings: Iterable[Finding], *, folder: str) -> str:
    """The findings as a document of one run.

    Args:
        findings: places with lines, as far as they are known.
        folder: the app's folder within the checkout, with `/`; `""` for its root.
    """
    found = tuple(findings)
    used = [name for name in RULES if any(each.rule == name for each in found)]
    driver = Driver(
        name="flet-lock",
        version=__version__,
        informationUri=_DOCS,
        rules=tuple(
            Rule(id=name, shortDescription=Message(text=RULES[name]), helpUri=_DOCS)
            for name in used
        ),
    )
    seen: Counter[str] = Counter()
    results = tuple(_result(each, used.index(each.rule), folder, seen) for each in found)
    run = Run(tool=Tool(driver=driver), columnKind="unicodeCodePoints", results=results)
    log = Log(schema=_SCHEMA, version="2.1.0", runs=(run,))
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _result(finding: Finding, index: int, folder: str, seen: Counter[str]) -> Result:
    lines = [finding.title, *finding.body.split("\n")]
    place = finding.place or Place(file=PROJECT_FILE)
    path = f"{folder}/{place.file}" if folder else place.file
    # An alert survives an update of the package, and a requirement that moves to another line.
    identity = f"{finding.rule}\n{finding.subject}\n{path}"
    seen[identity] += 1  # the same of another platform
    digest = hashlib.sha256(f"{identity}\n{seen[identity]}".encode()).hexdigest()
    return Result(
        ruleId=finding.rule,
        ruleIndex=index,
        level=_LEVELS[finding.level],
        message=Message(text="\n".join(clean(line.replace(GLUE, " ")) for line in lines)),
        locations=(
            Location(
                physicalLocation=PhysicalLocation(
                    artifactLocation=ArtifactLocation(uri=quote(path), uriBaseId="%SRCROOT%"),
                    region=Region(startLine=place.line or 1),
                )
            ),
        ),
        partialFingerprints={"fletLock/v1": digest},
    )
