"""The text of a request, in Markdown, for the people who build Flet's wheels.

One draft per package: they are voted on, discussed and closed one by one. What is known goes in,
what is not is left out; see `facts` for what may never be in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    parse_wheel_filename,
)
from packaging.version import Version

from flet_lock import __version__
from flet_lock.analysis.availability import ReleaseOffers
from flet_lock.analysis.native_release import native_system
from flet_lock.model.answer.rejection import DesktopOnly
from flet_lock.model.index.source import SourceKind
from flet_lock.model.target import Platform, Target
from flet_lock.package_requests.facts import Need, RequestFacts
from flet_lock.package_requests.gaps import missing_targets, newest_for
from flet_lock.package_requests.public_text import code_span, public_text

_HOME: Final = "https://github.com/flet-dev/flet-lock"
_SEPARATOR = "\n---\n\n"
"""Between two drafts of one text."""


class Draft(Struct, frozen=True, kw_only=True):
    """A request, ready to be posted."""

    package: NormalizedName
    """The package."""
    title: str
    """One line."""
    body: str
    """Markdown; ends with a line break."""

    @property
    def text(self) -> str:
        """Title and body as one document."""
        return f"# {self.title}\n\n{self.body}"


def join_drafts(drafts: Iterable[Draft]) -> str:
    """Several drafts in one text, each under its title."""
    return _SEPARATOR.join(draft.text for draft in drafts)


def write_draft(facts: RequestFacts) -> Draft:
    """Words a request.

    Raises:
        ValueError: there is no release to ask for.
    """
    release = facts.release
    if release is None:
        raise ValueError(facts.package)
    missing = missing_targets(facts)
    paragraphs = [
        _opening(facts, missing),
        "\n".join(f"- **{name}**: {value}" for name, value in _known(facts, release)),
        "### Newest release with a wheel\n\n" + _coverage(facts),
        *_need(facts),
        f"<sub>Drafted with [flet-lock]({_HOME}) {__version__}.</sub>",
    ]
    return Draft(
        package=facts.package,
        title=_title(facts, missing),
        body="\n\n".join(paragraphs) + "\n",
    )


# ------------------------------------------------------------------------- sentences


def _title(facts: RequestFacts, missing: Sequence[Target]) -> str:
    # The versions matter where others than these can be used.
    anyhow = {build.platform for build in facts.any_version.newest if build.version is not None}
    lacking = {build.platform for build in facts.wanted.newest if build.version is None}
    version = facts.specifier if anyhow & lacking else ""
    return f"{facts.package}{version}: wheels for {_places(facts, missing)}"


def _opening(facts: RequestFacts, missing: Sequence[Target]) -> str:
    targets = facts.wanted.targets
    python = "{}.{}".format(*targets[0].python_version)
    link = f"[{facts.package}](https://pypi.org/project/{facts.package}/)"
    return (
        f"Please build wheels of **{link}** for {_places(facts, missing)}: a Flet app with Python "
        f"{python} cannot use it there."
    )


def _places(facts: RequestFacts, missing: Sequence[Target]) -> str:
    """`Android (arm64-v8a, x86_64) and iOS`."""
    words = []
    for platform in Platform:
        names = [target.slice_name for target in missing if target.platform is platform]
        slices = [
            target.slice_name
            for target in facts.everywhere.targets
            if target.platform is platform
            and target.python_version == facts.wanted.targets[0].python_version
        ]
        if names and set(names) >= set(slices):
            words.append(platform.label)
        elif names:
            some = ", ".join(names)
            words.append(f"{platform.label} ({some})" if names[1:] else f"{platform.label} {some}")
    return _join(words)


def _known(facts: RequestFacts, release: ReleaseOffers) -> Iterator[tuple[str, str]]:
    newest = facts.any_version.newest_of_all
    uploaded = f", of {release.uploaded:%Y-%m-%d}" if release.uploaded else ""
    rank = ", the newest" if newest == release.version else ""
    specifier = f", asked for as {code_span(facts.specifier)}" if facts.specifier else ""
    yield "Wanted", f"{release.version}{rank}{uploaded}{specifier}"
    if newest is not None and newest != release.version:
        yield "Newest", str(newest)
    if facts.on_flet is not None:
        yield "On pypi.flet.dev", ", ".join(map(str, facts.on_flet[:5])) or "nothing"
    desktop = desktop_tags(release)
    if desktop.platforms:
        yield "Wheels elsewhere", f"{_codes(desktop.platforms)} ({_codes(desktop.interpreters)})"
    for build in facts.wanted.newest:
        own = [each for each in release.offers if each.target in build.targets]
        system = native_system(facts.package, own)
        if system is not None:
            slices = ", ".join(system.slices)
            major, minor = system.minimum_os
            oldest = f"API {major}" if build.platform is Platform.ANDROID else f"{major}.{minor}"
            yield f"Wheels from {build.platform.label} {oldest} on", slices
    yield from _known_of_source(facts)
    licence = None if facts.licence is None else public_text(facts.licence)
    if licence is not None:
        yield "Licence", code_span(licence)


def _known_of_source(facts: RequestFacts) -> Iterator[tuple[str, str]]:
    if facts.sdist is None:
        yield "Source distribution", "none"
        return
    if facts.source is None:
        name = public_text(facts.sdist.filename)
        yield "Source distribution", "there is one" if name is None else code_span(name)
        return
    # An sdist that names no backend is built by setuptools (PEP 517, "Source trees").
    backend = public_text(facts.source.backend or "setuptools")
    if backend is not None:
        yield "Build backend", code_span(backend)
    languages = ", ".join(filter(None, map(public_text, facts.source.languages)))
    if facts.source.kind is SourceKind.PURE:
        yield "Source", "Python only"
    elif languages:
        sure = "" if facts.source.kind is SourceKind.NATIVE else " (perhaps left out)"
        yield "Native code", f"{languages}{sure}"


def _coverage(facts: RequestFacts) -> str:
    """The newest release with a wheel: a row per slice, a column per Python."""
    only = facts.advice.only if facts.advice is not None else None
    cells = {
        (target.platform, target.slice_name, target.python_version): newest_for(target, facts)
        for target in facts.everywhere.targets
        if only in (None, target.platform)
    }
    pythons = sorted({python for _, _, python in cells})
    slices = dict.fromkeys((platform, name) for platform, name, _ in cells)
    head = ["", *("Python {}.{}".format(*python) for python in pythons)]
    rows = [
        [
            f"{platform.label} {name}",
            *(_cell(cells, (platform, name, python)) for python in pythons),
        ]
        for platform, name in slices
    ]
    return "\n".join([_row(head), _row(["---"] * len(head)), *map(_row, rows)])


def _cell(
    cells: Mapping[tuple[Platform, str, tuple[int, int]], Version | None],
    key: tuple[Platform, str, tuple[int, int]],
) -> str:
    # Not every Python is built for every slice.
    return str(cells[key] or "no") if key in cells else ""


# ---------------------------------------------------------------------- who needs it


def _need(facts: RequestFacts) -> Iterator[str]:
    if facts.need is not None:
        yield "### Who needs it\n\n" + " ".join(_need_sentences(facts.package, facts.need))


def _need_sentences(package: NormalizedName, need: Need) -> Iterator[str]:
    if need.chain:
        steps = ["An app", *(_name(step) for step in need.chain), _name(package)]
        yield f"{' → '.join(steps)}."
    else:
        yield "An app asks for it directly."
    if need.blocks:
        where = _join(platform.label for platform in need.blocks)
        if need.other_blockers:
            others = "another package" if need.other_blockers == 1 else "other packages"
            yield f"Without it and {others}, the app cannot be built for {where}."
        else:
            yield f"Nothing else keeps the app from being built for {where}."
    first = need.chain[0] if need.chain else None
    if need.blocks and first is not None:
        yield f"It would unblock {_name(first)}."
    for lift in need.lifts:
        yield (
            f"Because of it, {_name(lift.package)} is taken as {lift.taken} instead of "
            f"{lift.newest}."
        )


def _name(name: NormalizedName | None) -> str:
    return "another package" if name is None else code_span(name)


# ------------------------------------------------------------------------------ tags


class DesktopTags(Struct, frozen=True, kw_only=True):
    """For what desktops a release has wheels."""

    interpreters: tuple[str, ...]
    """`cp313-cp313`, oldest first."""
    platforms: tuple[str, ...]
    """`macosx_11_0_arm64`; sorted."""


def desktop_tags(release: ReleaseOffers) -> DesktopTags:
    """Tags of the wheels that were passed over because they are for desktops."""
    interpreters: set[str] = set()
    platforms: set[str] = set()
    names = {
        rejection.filename
        for offer in release.offers
        for rejection in offer.rejections
        if isinstance(rejection, DesktopOnly)
    }
    for name in names:
        try:
            _, _, _, tags = parse_wheel_filename(name)
        except InvalidWheelFilename:
            continue
        for tag in tags:
            interpreters.add(f"{tag.interpreter}-{tag.abi}")
        # A wheel that names several systems names the same one by several tags.
        platforms.add(max(tag.platform for tag in tags))
    return DesktopTags(
        interpreters=tuple(sorted(interpreters, key=_by_number)), platforms=tuple(sorted(platforms))
    )


def _by_number(tag: str) -> tuple[int, str]:
    """`cp39` before `cp310`."""
    digits = "".join(filter(str.isdigit, tag.partition("-")[0]))
    return (int(digits[:1] or 0) * 1000 + int(digits[1:] or 0), tag)


# -------------------------------------------------------------------------- Markdown


def _row(cells: Iterable[str]) -> str:
    # GFM, section 4.10: a pipe inside a cell is escaped, in code spans too.
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _codes(words: Sequence[str]) -> str:
    return ", ".join(map(code_span, words))


def _join(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    listed = list(words)
    return " and ".join(filter(None, (", ".join(listed[:-1]), *listed[-1:])))
