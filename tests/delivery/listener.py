"""An HL7 listener on this computer: MLLP, acknowledgements, and every fault that a test asks of it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

from tests.waiting import PATIENCE, join

#: What is answered to one message: pieces of bytes, each sent by itself; the connection is closed behind None.
Act = Callable[[bytes], Iterator[bytes | None]]


class Listener:
    """Keeps messages by their control ids. `acts` are what happens to the next ones, one each; then they are taken."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.messages: list[bytes] = []
        self.documents: dict[str, bytes] = {}
        self.acts: list[Act] = []
        self.released = threading.Event()
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._port = self._socket.getsockname()[1]
        self._threads = [threading.Thread(target=self._serve, daemon=True)]

    @property
    def url(self) -> str:
        return f"mllp{'s' if self._context else ''}://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        join(self._threads[0])

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._connection, args=(connection,), daemon=True).start()

    def _connection(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            talk = self._context.wrap_socket(connection, server_side=True) if self._context else connection
            with talk:
                self._talk(talk)

    def _talk(self, connection: socket.socket) -> None:
        rest = b""
        while True:
            while b"\x1c\r" not in rest:
                piece = connection.recv(4096)
                if not piece:
                    return
                rest += piece
            frame, rest = rest.split(b"\x1c\r", 1)
            assert frame[:1] == b"\x0b"
            message = frame[1:]
            self.messages.append(message)
            act = self.acts.pop(0) if self.acts else take
            if act not in (refuse, commit_then_error):
                self.documents[control_id(message)] = message
            if act is hang:
                self.released.wait(PATIENCE)
                return
            for said in act(message):
                if said is None:
                    return
                connection.sendall(said)


def control_id(message: bytes) -> str:
    return message.split(b"\r", 1)[0].split(b"|")[9].decode()


def ack(message: bytes, code: str = "AA", *, of: str | None = None, words: str = "") -> bytes:
    """An acknowledgement, framed."""
    id_ = of if of is not None else control_id(message)
    text = f"MSH|^~\\&|LAB|HOSP|devicelog||20261122||ACK|ACK-7|P|2.6\rMSA|{code}|{id_}|{words}\r"
    return b"\x0b" + text.encode() + b"\x1c\r"


def take(message: bytes) -> Iterator[bytes | None]:
    yield ack(message)


def refuse(message: bytes) -> Iterator[bytes | None]:
    data = ack(message, "AE", words="PID-3 is unknown")
    yield data.replace(b"\r\x1c", b"\rERR|||101^Required field missing^HL70357|E||||the patient is not here\r\x1c")


def busy_frame(message: bytes) -> Iterator[bytes | None]:
    yield b"\x0bnot an acknowledgement\x1c\r"


def hang_up(_message: bytes) -> Iterator[bytes | None]:
    """Read, kept, and gone before the acknowledgement."""
    yield None


def half(message: bytes) -> Iterator[bytes | None]:
    yield ack(message)[:-9]
    yield None


def drop_by_drop(message: bytes) -> Iterator[bytes | None]:
    for byte in ack(message):
        yield bytes([byte])


def of_another(message: bytes) -> Iterator[bytes | None]:
    yield ack(message, of="SOMEBODY-ELSES")
    yield None


def late(message: bytes) -> Iterator[bytes | None]:
    """First that of another message, and a keep-alive of line feeds, then ours in the same piece."""
    yield ack(message, of="SOMEBODY-ELSES") + b"\n" + ack(message)


def commit(message: bytes) -> Iterator[bytes | None]:
    yield ack(message, "CA")


def commit_then_error(message: bytes) -> Iterator[bytes | None]:
    yield ack(message, "CA")
    yield ack(message, "AE", words="not filed")


def endless(_message: bytes) -> Iterator[bytes | None]:
    yield b"\x0b" + b"x" * (2 << 20)
    yield None


def hang(_message: bytes) -> Iterator[bytes | None]:
    """Kept, and never answered, as long as the test lasts."""
    yield None
