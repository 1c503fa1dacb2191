"""One client of pyreqwest for the process: kept, given back, closed; none where it would crash."""

import os
import subprocess
import sys

import pytest

from fakes.index_server import IndexServer
from flet_lock.index.http.rust_client import give_back, lease_client

pytest.importorskip("pyreqwest")

THREADS = """
import sys, threading
from flet_lock.index.http.rust_client import give_back, lease_client

def ask():
    client = lease_client(connections=int(sys.argv[2]) + len(asked))
    asked.append(client.send("HEAD", sys.argv[1], {}, None).status)
    give_back(client)

asked = []
for _ in range(5):
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
ask()
print(asked)
"""

FORK = """
import os, sys
from flet_lock.index.http.router import TransportRouter

def ask():
    router = TransportRouter({}, connections=2, transport=None)
    status = router.send("HEAD", sys.argv[1], {}, None).status
    router.close()
    return status

assert ask() < 500
child = os.fork()
if not child:
    os._exit(0 if ask() < 500 and "httpx" in sys.modules else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) or (ask() >= 500))
"""


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.parametrize("other_sizes", [False, True])
def test_threads_that_end_leave_a_client_that_works(server: IndexServer, other_sizes: bool) -> None:
    # Of another size, each gets a new client: that is what crashed.
    code = THREADS if other_sizes else THREADS.replace(" + len(asked)", "")
    done = run(code, server.url, "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(",") == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_the_child_of_a_fork_does_without(server: IndexServer) -> None:
    done = run(FORK, server.url)
    assert (done.returncode, done.stderr) == (0, "")


def test_one_client_goes_from_user_to_user() -> None:
    first = lease_client(connections=7)
    assert first is not None
    other = lease_client(connections=7)
    assert other is not None
    assert other is not first
    give_back(first)
    again = lease_client(connections=7)
    assert again is first
    for client in (first, other):
        give_back(client)


def test_a_client_with_a_request_under_way_is_not_kept() -> None:
    client = lease_client(connections=7)
    assert client is not None
    with client._counted():
        give_back(client)
    assert lease_client(connections=7) is not client
