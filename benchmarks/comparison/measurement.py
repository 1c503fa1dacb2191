"""Runs commands and says what they cost: wall and CPU time, memory, requests, bytes."""

import os
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run took."""

    wall_seconds: float
    cpu_seconds: float
    """User and system, of the process and the children it waited for."""
    memory_bytes: int
    """Most that was resident at once."""
    requests: int = 0
    bytes_received: int = 0
    exit_code: int = 0
    timed_out: bool = False


def run(command: Sequence[str], log: Path, *, timeout_seconds: float) -> Cost:
    """Runs a command to its end; what it says goes to a file.

    Args:
        command: Program and arguments.
        log: Is overwritten.
        timeout_seconds: After this it is killed, and counts as having taken so long.
    """
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        timer = Timer(timeout_seconds, process.kill)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        wall_seconds=wall,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        memory_bytes=usage.ru_maxrss * 1024,  # Linux: kilobytes
        exit_code=process.returncode,
        timed_out=wall >= timeout_seconds,
    )


def total(costs: Iterable[Cost]) -> Cost:
    """Runs one after the other as one; the first failure's exit code."""
    parts = list(costs)
    return Cost(
        wall_seconds=sum(cost.wall_seconds for cost in parts),
        cpu_seconds=sum(cost.cpu_seconds for cost in parts),
        memory_bytes=max(cost.memory_bytes for cost in parts),
        requests=sum(cost.requests for cost in parts),
        bytes_received=sum(cost.bytes_received for cost in parts),
        exit_code=next((cost.exit_code for cost in parts if cost.exit_code), 0),
        timed_out=any(cost.timed_out for cost in parts),
    )


def medians(costs: Sequence[Cost]) -> Cost:
    """The typical run: the median of each figure by itself."""
    return Cost(
        wall_seconds=median(cost.wall_seconds for cost in costs),
        cpu_seconds=median(cost.cpu_seconds for cost in costs),
        memory_bytes=round(median(cost.memory_bytes for cost in costs)),
        requests=round(median(cost.requests for cost in costs)),
        bytes_received=round(median(cost.bytes_received for cost in costs)),
        exit_code=costs[0].exit_code,
        timed_out=any(cost.timed_out for cost in costs),
    )
