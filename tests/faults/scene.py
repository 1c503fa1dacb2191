"""One small app with an index, its locks and its cache; a fault, a command, and what is left."""

import contextlib
import os
import re
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fakes.index_server import IndexServer, Misbehaviour
from fakes.locked_app import LockedApp
from fakes.odd_wheels import Member, make_odd_wheel
from fakes.wheels import make_wheel, wheel_filename
from faults.fault import Fault
from faults.interference import failing_call, interrupt_at, isolated, streams
from flet_lock.cli.main import main
from flet_lock.lockfile.format.lock_digest import digest_body
from flet_lock.lockfile.read_lock import read_trusted
from flet_lock.model.errors.lock import LockError

SECRET = "s3cr3t-Tr0ub4dor"
SECONDS = 20
_PROJECT = """\
[project]
name = "app"
requires-python = ">=3.12"
dependencies = ["alpha", "beta>=1"]

[project.optional-dependencies]
more = ["gamma"]

[dependency-groups]
test = ["gamma"]

[tool.flet-lock]
default-index = "../index"
flet-index = false
"""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1a\x7f-\x9f\u202e]")
_LOCKS = ("pylock.android.toml", "pylock.ios.toml")


class TooSlowError(BaseException):
    """The command did not end in time; no handler of the program may take it for its own."""


@dataclass(kw_only=True)
class World:
    """What all faults start from, made once in a folder."""

    base: Path
    server: IndexServer
    outside: dict[str, str] = field(default_factory=dict)
    """Variables of the process while it is in the world."""

    @property
    def template(self) -> Path:
        return self.base / "template"

    def build(self) -> None:
        """Makes the app, its index, its locks and a warm cache."""
        index, app = self.template / "index", self.template / "app"
        index.mkdir(parents=True)
        app.mkdir()
        (self.template / "guard").mkdir()
        (self.template / "guard" / "file").write_text("as it was")
        for name, version, requires in (
            ("alpha", "1.0", ["gamma"]),
            ("beta", "1.2", []),
            ("gamma", "2.0", []),
        ):
            wheel = make_wheel(name, version, requires=requires)
            (index / wheel_filename(name, version)).write_bytes(wheel)
            self.server.add(name, version, wheel)
        (app / "pyproject.toml").write_text(_PROJECT)
        with in_folder(app, self.environ(self.template)), streams(None, "", 0, "utf-8"):
            assert main(["lock"]) == 0
            assert main(["install", "--platform", "android"]) == 0
        shutil.rmtree(app / "build")

    def environ(self, place: Path) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(place),
            "FLET_LOCK_CACHE_DIR": str(place / "cache"),
            **self.outside,
        }


@contextlib.contextmanager
def in_folder(folder: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """The working folder and the environment of a run."""
    before, variables = Path.cwd(), dict(os.environ)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    try:
        yield
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ.update(variables)


def inject(world: World, fault: Fault, number: int) -> str | None:
    """Runs a command under a fault; None if it survived, else what went wrong."""
    place = world.base / f"run-{number}"
    shutil.copytree(world.template, place, symlinks=True)
    try:
        return _run(world, fault, place)
    finally:
        world.server.behave()
        shutil.rmtree(place, ignore_errors=True)


def _run(world: World, fault: Fault, place: Path) -> str | None:
    facts, app = fault.facts, place / "app"
    environ = {**world.environ(place), **facts.get("environ", {})}
    environ = {name: _filled(value, world) for name, value in environ.items()}
    words = [_filled(word, world) for word in (fault.command.split(" "))]
    words += [_filled(str(facts["value"]), world)] if "value" in facts else []
    _prepare(world, fault, place)
    before = _locks(app)
    others = _others(place)
    code, said = isolated(lambda: _said(fault, words, app, environ))
    return _verdict(fault, code, said, place, before=before, others=others)


def _said(
    fault: Fault, words: list[str], app: Path, environ: Mapping[str, str]
) -> tuple[int | str, str]:
    """Runs the command; its exit code or what it raised, and what it said."""
    facts = fault.facts
    code: int | str
    with (
        in_folder(app, environ),
        streams(
            facts.get("stream_error"),
            facts.get("stream", ""),
            facts.get("after", 0),
            facts.get("encoding", "utf-8"),
        ) as (out, err),
        _within(SECONDS),
        _interference(fault),
    ):
        try:
            code = main(words)
        except KeyboardInterrupt:  # as `cli/start.py` has it, which `main` leaves it to
            code = 130
        except TooSlowError:
            code = f"not done after {SECONDS} s"
        except BaseException as error:  # noqa: BLE001 - that is what is looked for
            code = f"raised {type(error).__name__}: {error}"[:200]
    return code, (out.content + err.content).decode("utf-8", "replace")


def _verdict(
    fault: Fault,
    code: int | str,
    said: str,
    place: Path,
    *,
    before: Mapping[str, bytes],
    others: Mapping[str, bytes],
) -> str | None:
    if code not in fault.codes:
        return f"exit {code}: {said[-300:]}"
    if (reason := _said_verdict(fault, said)) is not None:
        return reason
    kept = [path for path in (place / "cache").rglob("*") if path.is_file()]
    if fault.family == "secrets" and any(SECRET.encode() in each.read_bytes() for each in kept):
        return "keeps the secret in the cache"
    if _others(place) != others:
        return "something outside the app was changed"
    may_leave = fault.facts.get("call") == "unlink"  # the next run removes it
    return _locks_verdict(place / "app", before, code, may_leave=may_leave)


def _said_verdict(fault: Fault, said: str) -> str | None:
    for sign in ("Traceback", "fault of its own"):
        if sign in said:
            return f"says {sign!r}: {said[-300:]}"
    if not fault.facts.get("controls") and _CONTROLS.search(said):
        return f"prints a control character: {said[:200]!r}"
    if SECRET in said:
        return f"prints the secret: {said[-300:]}"
    return None


def _locks_verdict(
    app: Path, before: Mapping[str, bytes], code: int | str, *, may_leave: bool
) -> str | None:
    after = _locks(app)
    if code != 0 and after != before:
        return "a lock was written by a run that failed"
    for name, content in after.items():
        if content != before.get(name):
            try:
                read_trusted(app / name, allow_edited=False)
            except LockError as error:
                return f"{name} is half a lock: {error}"
    if may_leave:
        return None
    if left := [path.name for path in app.glob(".pylock*.tmp")]:
        return f"left {left}"
    return None


def _locks(app: Path) -> dict[str, bytes]:
    return {name: (app / name).read_bytes() for name in _LOCKS if (app / name).is_file()}


def _others(place: Path) -> dict[str, bytes]:
    """Everything beside the app and its cache."""
    return {
        str(path): path.read_bytes() if path.is_file() else b""
        for path in place.rglob("*")
        if path.relative_to(place).parts[0] not in ("app", "cache", "nowhere")
    }


def _filled(text: str, world: World) -> str:
    bare = world.server.url.removeprefix("http://")
    return text.replace("{secret}", SECRET).replace("{server}", bare)


def _prepare(world: World, fault: Fault, place: Path) -> None:
    facts, app = fault.facts, place / "app"
    if "find" in facts:
        path = app / facts.get("file", "pyproject.toml")
        text = path.read_text(encoding="utf-8")
        assert facts["find"] in text, f"{fault.name}: nothing to replace"
        text = text.replace(facts["find"], _filled(str(facts["put"]), world), 1)
        path.write_text(_sealed(text) if facts.get("sealed") else text, "utf-8", "surrogatepass")
    if "write" in facts:
        text = _filled(str(facts["content"]), world)
        (app / facts["write"]).write_text(text, "utf-8", "surrogatepass")
    if "become" in facts:
        paths = sorted(place.glob(facts["glob"]))
        assert paths, f"{fault.name}: nothing to replace"
        for path in paths[:: max(1, len(paths) // 20)]:
            _become(path, facts["become"])
    if "member" in facts:
        member = Member(name=facts["member"], content=b"x" * int(facts.get("size", 1)))
        data = make_odd_wheel("alpha", "1.0", [member])
        locked = LockedApp(root=app)
        locked.pure("alpha", content=data)
        locked.write()
    if "path" in facts:
        body = facts.get("body")
        world.server.misbehave(
            facts["path"],
            Misbehaviour(
                status=facts.get("status"),
                headers=dict(facts.get("headers", {})),
                body=None if body is None else _filled(str(body), world).encode(),
                cut_after=facts.get("cut_after"),
                drop=bool(facts.get("drop")),
            ),
        )


def _sealed(text: str) -> str:
    """A lock with the digest of its own body, as a forger would write it."""
    lines = [line for line in text.splitlines(keepends=True) if not line.startswith("body-digest")]
    place = lines.index("[tool.flet-lock]\n") + 1
    digest = digest_body("".join(lines))
    return "".join([*lines[:place], f'body-digest = "{digest}"\n', *lines[place:]])


def _become(path: Path, kind: str) -> None:
    content = path.read_bytes() if path.is_file() else b""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    makers: dict[str, Callable[[], object]] = {
        "folder": path.mkdir,
        "pipe": lambda: os.mkfifo(path),
        "dangling": lambda: path.symlink_to("nowhere"),
        "loop": lambda: path.symlink_to(path.name),
        "device": lambda: path.symlink_to("/dev/zero"),
        "empty": lambda: path.write_bytes(b""),
        "garbage": lambda: path.write_bytes(bytes(range(256)) * 8),
        "truncated": lambda: path.write_bytes(content[: len(content) // 2]),
        "flipped": lambda: path.write_bytes(bytes(each ^ 1 for each in content)),
        "gone": lambda: None,
    }
    makers[kind]()


@contextlib.contextmanager
def _interference(fault: Fault) -> Iterator[None]:
    facts = fault.facts
    with contextlib.ExitStack() as stack:
        if "call" in facts:
            stack.enter_context(failing_call(facts["call"], facts["error"], facts["at"]))
        if "interrupt" in facts:
            stack.enter_context(interrupt_at(facts["interrupt"]))
        yield


@contextlib.contextmanager
def _within(seconds: int) -> Iterator[None]:
    def too_slow(_number: int, _frame: object) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGALRM, too_slow)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
