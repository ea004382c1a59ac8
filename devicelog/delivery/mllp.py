"""To an HL7 listener: MLLP release 1, <VT> message <FS><CR>, one message after the other on one connection.

Each message waits for its acknowledgement. The next try sends all of them again, under the same control ids.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from devicelog import clock
from devicelog.delivery import means as of_means
from devicelog.delivery.ack import Acknowledgement, Verdict, acknowledgement, control_id, messages, wants_application
from devicelog.delivery.outcome import NotNow, Outcome, Refused, Taken, kept_id, words
from devicelog.delivery.target import Target
from devicelog.store.outbox import Means

_BEGIN, _END = b"\x0b", b"\x1c\r"
#: How long a connection is waited for (s).
_CONNECT = 15.0
#: How long an application's answer is waited for behind a commit accept, which is enough (s).
_BEHIND_COMMIT = 5.0
#: No acknowledgement is longer (bytes).
_LONGEST = 1 << 20
_PIECE = 1 << 16

#: Told how many bytes are sent, of how many.
Sent = Callable[[int, int], None]


class _NotReachedError(Exception):
    """Nothing was sent; says why."""


class _BrokenError(Exception):
    """The connection failed, or something else came than an acknowledgement; says what."""


def send(target: Target, means: Means, data: bytes, sent: Sent) -> Outcome:
    """Send the messages of a file; never raises but BadInputError for a file of `means` that cannot be used."""
    try:
        batch = messages(data)
    except ValueError as error:
        return Refused(f"it cannot be sent: {error}")
    try:
        with _connected(target, means) as connection:
            return _Talk(connection, means.timeout).all(batch, sent)
    except _NotReachedError as error:
        return NotNow(f"it cannot be reached: {error}")


@contextmanager
def _connected(target: Target, means: Means) -> Iterator[socket.socket]:
    wrap = of_means.context(means) if target.encrypted else None
    try:
        connection = socket.create_connection((target.host, target.port), timeout=_CONNECT)
    except (OSError, UnicodeError) as error:
        raise _NotReachedError(_why(error)) from None
    try:
        if wrap is not None:
            connection = _encrypted(connection, wrap, target)
        yield connection
    finally:
        connection.close()


def _encrypted(connection: socket.socket, wrap: ssl.SSLContext, target: Target) -> ssl.SSLSocket:
    try:
        return wrap.wrap_socket(connection, server_hostname=target.host)
    except ssl.SSLCertVerificationError as error:
        hint = "name the authority that made it with --ca FILE"
        raise _NotReachedError(f"its certificate is not trusted ({error.verify_message}); {hint}") from None
    except (OSError, ValueError) as error:
        raise _NotReachedError(f"TLS could not be begun ({_why(error)})") from None


class _Talk:
    """Messages and acknowledgements on a connection; an answer is waited for as long as `timeout` (s)."""

    def __init__(self, connection: socket.socket, timeout: float) -> None:
        self._connection = connection
        self._timeout = timeout
        self._rest = b""

    def all(self, batch: Sequence[bytes], sent: Sent) -> Outcome:
        """Send all; the outcome of the last one, or of the first that was not taken."""
        total, before = sum(map(len, batch)), 0
        outcome: Outcome = Refused("there is nothing to be sent")
        for message in batch:
            outcome = self._one(message, partial(_add, sent, before, total))
            if not isinstance(outcome, Taken):
                return outcome
            before += len(message)
        return outcome

    def _one(self, message: bytes, sent: Callable[[int], None]) -> Outcome:
        try:
            self._send(message, sent)
            said = self._answer(control_id(message), self._timeout)
            if not said.is_final and wants_application(message):
                said = self._application(control_id(message), said)
        except _BrokenError as error:
            return NotNow(f"{error}; it may have arrived", unanswered=True)
        if said.verdict is Verdict.REFUSED:
            return Refused(f"the listener answered {said.code}", words(said.words) or None)
        return Taken({"code": said.code, **kept_id(said.id)})

    def _send(self, message: bytes, sent: Callable[[int], None]) -> None:
        frame = memoryview(_BEGIN + message + _END)
        self._connection.settimeout(self._timeout)
        try:
            for at in range(0, len(frame), _PIECE):
                self._connection.sendall(frame[at : at + _PIECE])
                sent(min(at + _PIECE, len(message)))
        except OSError as error:
            raise _BrokenError(f"the connection failed while it was sent ({_why(error)})") from None

    def _application(self, id_: str, commit: Acknowledgement) -> Acknowledgement:
        """What the application says behind a commit accept; where it says nothing in time, the commit counts."""
        try:
            return self._answer(id_, min(self._timeout, _BEHIND_COMMIT))
        except _BrokenError:
            return commit

    def _answer(self, id_: str, seconds: float) -> Acknowledgement:
        """The acknowledgement of a message; those of others are passed over."""
        until = clock.boot_ns() + round(seconds * 1e9)
        other = None
        while True:
            try:
                data = self._frame(until)
            except _BrokenError as error:
                told = f", only one of another message ({other!r})" if other is not None else ""
                raise _BrokenError(f"{error}{told}") from None
            try:
                said = acknowledgement(data)
            except ValueError as error:
                raise _BrokenError(f"no acknowledgement was answered: {error}") from None
            if said.of == id_:
                return said
            other = said.of[:40]

    def _frame(self, until: int) -> bytes:
        """What stands between the next begin and end."""
        while _END not in self._rest:
            left = (until - clock.boot_ns()) / 1e9
            if left <= 0:
                raise _BrokenError("no acknowledgement came in time")
            self._rest += self._read(left)
            if len(self._rest) > _LONGEST:
                raise _BrokenError(f"the acknowledgement is longer than {_LONGEST} bytes")
        data, self._rest = self._rest.split(_END, 1)
        begin = data.rfind(_BEGIN)
        return data[begin + 1 :]

    def _read(self, seconds: float) -> bytes:
        self._connection.settimeout(seconds)
        try:
            data = self._connection.recv(_PIECE)
        except TimeoutError:
            raise _BrokenError("no acknowledgement came in time") from None
        except OSError as error:
            raise _BrokenError(f"the connection failed before the acknowledgement ({_why(error)})") from None
        if not data:
            raise _BrokenError("the connection was closed before the acknowledgement")
        return data


def _add(sent: Sent, before: int, total: int, done: int) -> None:
    sent(before + done, total)


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)
