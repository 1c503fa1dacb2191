"""Why a package is not worth a request, what to do instead, and what to do with a draft."""

from typing import assert_never

from packaging.version import Version

from flet_lock.model.facts.advice import Advice, AdviceKind, DesktopReason, NameFact
from flet_lock.model.facts.desktops import DESKTOPS
from flet_lock.model.index.existing_request import ExistingRequest
from flet_lock.model.target import Platform
from flet_lock.package_requests.verdict import Refusal, RefusalKind
from flet_lock.reports.explanation import Explanation
from flet_lock.reports.layout.clean_text import clean, clip, code
from flet_lock.reports.wording.failure.advice import explain_advice
from flet_lock.reports.wording.lines import toml_list, under
from flet_lock.reports.wording.lock.lock_summary import explain_native_system
from flet_lock.reports.wording.targets import describe_platforms, join_words
from flet_lock.targets.device import marker_leaving_out
from flet_lock.workflows.requesting.request import PackageOutcome, RequestOutcome


def explain_refusal(refusal: Refusal) -> Explanation:
    """Why there is nothing to ask for; each hint is something to do."""
    name = clean(refusal.package)
    summary, details, hints = _words(refusal, name)
    if refusal.short_of and refusal.kind is not RefusalKind.NEEDS_OTHERS:
        lacking = join_words(map(clean, refusal.short_of))
        details.append(f"its newest release needs {lacking}, without wheels for these targets")
        hints = [_ask_for_these(refusal)]
    if refusal.can_be_forced:
        hints.append(f"draft a request all the same: {code('--force')}")
    return Explanation(
        summary=f"{name}: {summary}",
        subject=name,
        details=tuple(details),
        hints=tuple(hints),
        exit_code=1,
    )


def _ask_for_these(refusal: Refusal) -> str:
    return f"ask for that: {code('flet-lock request ' + ' '.join(refusal.short_of))}"


def explain_search(outcome: PackageOutcome) -> str:
    """Where to look for earlier requests, or what was found."""
    if outcome.existing:
        found = join_words(_describe_request(each) for each in outcome.existing[:3])
        return f"asked for before: {found}"
    return f"look whether somebody asked before: {code(outcome.search_url)}"


def explain_notes(outcome: RequestOutcome) -> tuple[str, ...]:
    """What to know before a draft is posted."""
    notes = []
    if outcome.search_fault is not None:
        reason = clip(outcome.search_fault)
        notes.append(f"GitHub could not be asked for earlier requests: {reason}")
    elif outcome.searched and not any(each.existing for each in outcome.packages):
        notes.append("GitHub knows of no earlier request")
    if outcome.drafts and not outcome.pypi_answered:
        notes.append(
            "something else was asked in place of PyPI: see that "
            f"{code(f'https://pypi.org/project/{outcome.drafts[0].package}/')} is the same package"
        )
    if any(each.names_left_out for each in outcome.packages):
        notes.append(
            'the draft says "another package" where a name is not known to be on PyPI: it may be '
            "private"
        )
    cut = [each.package for each in outcome.packages if each.link and not each.link.whole]
    if cut:
        names = join_words(map(clean, cut))
        notes.append(f"the draft for {names} is too long for a link: paste the text itself")
    return tuple(notes)


def explain_next(outcome: RequestOutcome) -> str:
    """What to do with the drafts."""
    if outcome.unopened == ():
        return "read it once more in the browser, and submit it there"
    what = "it" if len(outcome.drafts) == 1 else "them"
    where = "" if outcome.written is None else f"read {code(outcome.written)}, then "
    return f"{where}add {code('--open')} to open {what} in the browser, filled in"


# ------------------------------------------------------------------------- refusals


def _words(refusal: Refusal, name: str) -> tuple[str, list[str], list[str]]:  # noqa: C901, PLR0911, PLR0912 - one case per kind
    """Summary, details and hints."""
    match refusal.kind:
        case RefusalKind.UNKNOWN:
            return (
                "no index knows a package of this name",
                [],
                [f"look for its name on PyPI: {code(f'https://pypi.org/search/?q={name}')}"],
            )
        case RefusalKind.PART_OF_PYTHON:
            return (
                "this is a module of Python itself, not a package",
                [],
                [f"import it, and remove {code(name)} from the app's list"],
            )
        case RefusalKind.PRIVATE:
            return (
                "only an index of your own has it, so nobody else could build its wheels",
                [],
                [f"build them yourself, with {code('https://github.com/flet-dev/mobile-forge')}"],
            )
        case RefusalKind.ADVISED:
            return _words_of_advice(refusal, name)
        case RefusalKind.NO_RELEASE:
            newest = "" if refusal.newest is None else f"; the newest is {refusal.newest}"
            return (
                f"no release is {code(refusal.specifier or 'any version')}{newest}",
                [],
                [f"see which there are: {code(f'flet-lock wheels {name}')}"],
            )
        case RefusalKind.PURE:
            return (
                f"pure Python, {_at_versions(refusal)} runs everywhere as it is",
                [],
                [f"lock the app: {code('flet-lock')}"],
            )
        case RefusalKind.NEEDS_OTHERS:
            lacking = join_words(map(clean, refusal.short_of))
            return (
                f"its own wheels would do, but it needs {lacking}, which has none that do",
                [],
                [_ask_for_these(refusal)],
            )
        case RefusalKind.NEEDS_DESKTOP:
            lacking = join_words(map(clean, refusal.desktop_only))
            return (
                f"it needs {lacking}, which is not for phones",
                [],
                [f"see what asks for it: {code(f'flet-lock wheels {name}')}"],
            )
        case RefusalKind.NEWER_SYSTEM:
            return (
                f"{name} {refusal.newest} has wheels for newer phones",
                [],
                [explain_native_system(each, refusal.targets) for each in refusal.systems],
            )
        case RefusalKind.AVAILABLE:
            return _words_of_available(refusal, name)
        case RefusalKind.FALLBACK:
            return (
                f"{_at_versions(refusal)} works on phones, slower than its native code would",
                [],
                [f"lock the app: {code('flet-lock')}"],
            )
        case RefusalKind.NEWER:
            return (
                f"a newer release has wheels: {_at_versions(refusal)}",
                [],
                [f"allow them: {code(f'{name}>={_oldest(refusal)}')}"],
            )
        case RefusalKind.PURE_SOURCE:
            line = toml_list("source_packages", [refusal.package])
            return (
                f"pure Python, only never published as a wheel ({_oldest(refusal)} is an sdist)",
                [],
                [f"let the build make the wheel: add {under(line, '[tool.flet]')}"],
            )
        case RefusalKind.REQUESTED:
            return (
                "somebody has asked for it",
                [_describe_request(each) for each in refusal.existing[:3]],
                [f"vote there, and say what you need: {code(refusal.existing[0].url)}"],
            )
    assert_never(refusal.kind)


def _words_of_available(refusal: Refusal, name: str) -> tuple[str, list[str], list[str]]:
    hints = [f"lock the app: {code('flet-lock')}"]
    details = []
    oldest = _oldest(refusal)
    if refusal.newest is not None and oldest is not None and oldest < refusal.newest:
        details.append(f"the newest release is {refusal.newest}, which not every target can use")
        newer = f"flet-lock request '{name}>{oldest}'"
        hints.append(f"if the app needs a newer one, ask for that: {code(newer)}")
    return f"there are wheels already: {_at_versions(refusal)}", details, hints


def _words_of_advice(refusal: Refusal, name: str) -> tuple[str, list[str], list[str]]:
    fact = refusal.advice
    assert fact is not None  # noqa: S101 - this kind has one
    details = [f"see {code(fact.source)}"] if fact.source else []
    return _reason(fact, refusal), details, [_step(fact, refusal, name)]


def _reason(fact: NameFact, refusal: Refusal) -> str:  # noqa: PLR0911 - one case per kind
    names = join_words(fact.instead, "or")
    match fact.kind:
        case AdviceKind.DESKTOP_ONLY:
            return _reason_for_desktops(fact)
        case AdviceKind.DEVELOPMENT_TOOL:
            return "it works while an app is developed or built, and has no place in the app"
        case AdviceKind.PART_OF_FLET:
            return f"it is a part of Flet that phones do not use: {names} is enough"
        case AdviceKind.OTHER_NAME:
            return f"on PyPI it is called {names}"
        case AdviceKind.TWIN:
            return f"{names} is the same code, and has wheels for these targets ({refusal.instead})"
        case AdviceKind.OTHER_PLATFORM:
            only, other = _platforms(fact)
            return f"it is made for {only.label} and cannot exist on {other.label}"
        case _:
            return explain_advice(
                Advice(kind=fact.kind, package=refusal.package, instead=fact.instead)
            ).removeprefix(f"{refusal.package} ")


def _reason_for_desktops(fact: NameFact) -> str:
    match fact.reason:
        case DesktopReason.TOOLKIT:
            return "it draws windows of its own, and a Flet app is drawn by Flet"
        case DesktopReason.DESKTOP:
            return "it works on a desktop's screen, keyboard or programs, which phones do not have"
        case DesktopReason.SYSTEM:
            systems = join_words(DESKTOPS[each].machines for each in fact.systems)
            return f"it speaks to {systems} and cannot exist on phones"
        case DesktopReason.SERVER:
            return "it makes servers faster, which run without it as well; a phone serves nobody"
        case DesktopReason.HARDWARE:
            return f"it needs {fact.needs}, which phones do not have"
    assert_never(fact.reason)


def _step(fact: NameFact, refusal: Refusal, name: str) -> str:
    names = join_words(map(code, fact.instead), "or")
    match fact.kind:
        case AdviceKind.DESKTOP_ONLY:
            line = f"{name}; {marker_leaving_out(Platform)}"
            return f"if the app imports it on desktops only: {code(line)}"
        case AdviceKind.DEVELOPMENT_TOOL:
            return f"move it out of the app's list: {code('[dependency-groups] dev')} is for it"
        case AdviceKind.OTHER_PLATFORM:
            line = toml_list("dependencies", [refusal.package])
            return f"ask for it there only: {under(line, f'[tool.flet.{_platforms(fact)[0]}]')}"
        case AdviceKind.OTHER_NAME if refusal.instead is None:
            return f"ask for that: {code(f'flet-lock request {fact.instead[0]}')}"
        case _ if names:
            return f"write {names} in its place"
        case _:
            return f"remove {code(name)} from the app's list"


def _platforms(fact: NameFact) -> tuple[Platform, Platform]:
    """The phone platform that a package is made for, and the other one."""
    only = fact.only or Platform.ANDROID
    return only, Platform.IOS if only is Platform.ANDROID else Platform.ANDROID


def _at_versions(refusal: Refusal) -> str:
    """`2.4.6`, or `12.2.0 for Android and 13.0.0 for iOS`."""
    by_version: dict[Version, list[Platform]] = {}
    for platform, version in refusal.versions:
        by_version.setdefault(version, []).append(platform)
    if len(by_version) == 1:
        return f"{refusal.package} {next(iter(by_version))}"
    return join_words(
        f"{version} for {describe_platforms(platforms)}"
        for version, platforms in by_version.items()
    )


def _oldest(refusal: Refusal) -> Version | None:
    return min((version for _, version in refusal.versions), default=None)


def _describe_request(request: ExistingRequest) -> str:
    """Title, votes, state and address."""
    votes = "" if not request.votes else f", {_count(request.votes)}"
    state = "" if request.open else ", closed"
    return f"{clip(request.title, 60)}{votes}{state} {code(request.url)}"


def _count(votes: int) -> str:
    return "1 vote" if votes == 1 else f"{votes} votes"
