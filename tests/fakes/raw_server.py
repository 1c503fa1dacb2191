"""A server that sends the bytes it was given, however odd, to whoever connects."""

import socket
import threading
import time
from types import TracebackType
from typing import Self


class RawServer:
    """Answers every request with the same bytes; serves from `with` on."""

    def __init__(self, answer: bytes, *, seconds_between_bytes: float = 0.0) -> None:
        self._answer = answer
        self._pause = seconds_between_bytes
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._ended = threading.Event()
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/simple/"
        """Where it listens."""
        self.connections = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._listening.close()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer_one, args=(connection,), daemon=True).start()

    def _answer_one(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                if not self._pause:
                    connection.sendall(self._answer)
                    return
                for number in range(len(self._answer)):
                    if self._ended.is_set():
                        return
                    connection.sendall(self._answer[number : number + 1])
                    time.sleep(self._pause)
            except OSError:  # the client has enough
                return


def answer(body: bytes, *lines: bytes, status: bytes = b"200 OK") -> bytes:
    """An HTTP/1.1 answer with these header lines, besides its length, after which it closes."""
    length = b"Content-Length: %d" % len(body)
    return b"\r\n".join([b"HTTP/1.1 " + status, b"Connection: close", length, *lines, b"", body])
