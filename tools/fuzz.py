"""Gives every parser of outside text inputs that nobody would write; 100,000 by default.

    python tools/fuzz.py                        all parsers, a third by Hypothesis, the rest mutated
    python tools/fuzz.py --count 5000 --seed 7
    python tools/fuzz.py --parser lock

An input is taken, or refused by an error that the parser is known for, within five seconds.
Anything else is printed with the parser and the input, and the exit code is 1.
"""

import argparse
import random
import resource
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

# ruff: noqa: PLC0415 - the folders of tests have to be on the path first

ROOT = Path(__file__).resolve().parent.parent
COUNT = 100_000
MEMORY_BYTES = 3 * 1024**3
SECONDS = 5
LARGEST = 20_000
"""Bytes of an input that is mutated: small ones are read often."""
TOKENS = (
    b"\0", b"\n", b"\r\n", b"\x1b[31m", b'"', b"'", b"\\", b"[", b"]", b"{", b"}", b"(", b")", b"=",
    b"==", b";", b",", b".", b"..", b"../", b"/", b"@", b"#", b"%", b"%00", b":", b"://",
    b"https://[",
    b"99999999999999999999", b"-1", b"1e999", b"NaN", b"null", b"true", b"\xff\xfe",
    b"\xe2\x80\xae",
    b"\xed\xa0\x80", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"1" * 5_000,
    b"(" * 200, b"[" * 2_000, b"{a=" * 200, b"a." * 200, b"PK\x05\x06",
)  # fmt: skip


def mutate(content: bytes, other: bytes, chooser: random.Random) -> bytes:
    """An input with one to six changes: bytes, tokens, pieces gone, doubled or of another input."""
    if len(content) > LARGEST:
        begin = chooser.randrange(len(content) - LARGEST)
        content = content[:LARGEST] if chooser.random() < 0.5 else content[begin : begin + LARGEST]
    data = bytearray(content)
    for _ in range(chooser.randint(1, 6)):
        place = chooser.randrange(len(data) + 1)
        length = min(chooser.choice((1, 2, 8, 64, 512)), len(data) - place)
        match chooser.randrange(6):
            case 0 if place < len(data):
                data[place] ^= 1 << chooser.randrange(8)
            case 1:
                data[place:place] = chooser.choice(TOKENS)
            case 2:
                data[place : place + length] = chooser.choice(TOKENS)
            case 3:
                del data[place : place + length]
            case 4:
                data[place:place] = data[place : place + length] * chooser.choice((1, 2, 50))
            case _:
                begin = chooser.randrange(len(other) + 1)
                data[place:place] = other[begin : begin + length]
    return bytes(data)


def main(words: Sequence[str] | None = None) -> int:
    """Fuzzes what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(description="fuzzes the parsers of outside text")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--parser", action="append", help="repeatable")
    chosen = parser.parse_args(words)
    for folder in ("resolver", "tests"):
        if str(ROOT / folder) not in sys.path:
            sys.path.insert(0, str(ROOT / folder))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    from faults.parsers import parsers

    wanted = [each for each in parsers() if not chosen.parser or each.name in chosen.parser]
    share, lost = max(1, chosen.count // max(1, len(wanted))), 0
    for each in wanted:
        started = time.monotonic()
        failures = fuzz(each, share, chosen.seed)
        for failure in failures:
            print(f"{each.name}: {failure}", flush=True)
        lost += len(failures)
        seconds = time.monotonic() - started
        print(f"{each.name:<14} {share:>7} tried {len(failures):>4} lost {seconds:>6.1f} s")
    return int(lost > 0)


def fuzz(parser: object, count: int, seed: int) -> list[str]:
    """What went wrong in so many inputs of one parser."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from faults.parsers import Parser

    assert isinstance(parser, Parser)
    failures: list[str] = []

    def attempt(content: bytes) -> None:
        signal.alarm(SECONDS)
        try:
            parser.read(content)
        except parser.refuses:
            pass
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            failures.append(f"{type(error).__name__}: {error} {content[:300]!r}"[:700])
        finally:
            signal.alarm(0)

    made = count // 3
    inputs = st.binary(max_size=200) | st.text(max_size=100).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    )
    run = given(inputs)(attempt)
    quiet = settings(
        max_examples=max(1, made),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    before = signal.signal(signal.SIGALRM, _too_slow)
    try:
        seeded(seed)(quiet(run))()
        chooser = random.Random(f"{seed} {parser.name}")
        for _ in range(count - made):
            attempt(mutate(chooser.choice(parser.seeds), chooser.choice(parser.seeds), chooser))
            if len(failures) > 20:
                break
    finally:
        signal.signal(signal.SIGALRM, before)
    return list(dict.fromkeys(failures))


def _too_slow(_number: int, _frame: object) -> None:
    raise TimeoutError(f"not done after {SECONDS} s")


if __name__ == "__main__":
    sys.exit(main())
