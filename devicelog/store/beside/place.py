"""Where a service listens for programs that write beside it, and whether who speaks there is the same user.

It is a Unix socket `service.sock` in the store's folder. Where there can be none (on Windows, on some file systems, or
where the folder's path is too long), it is a port of this computer's own address; its number is in `service.port`.
"""

from __future__ import annotations

import os
import socket
import struct
from contextlib import suppress

from devicelog.store.files import write_durably
from devicelog.store.folder import Folder

_SOCKET, _PORT = "service.sock", "service.port"
#: The longest path of a Unix socket (bytes) that all systems take: 104 with the zero behind it on macOS and BSD.
_LONGEST_PATH = 103
_HERE = "127.0.0.1"
#: How many programs may wait to be let in.
_WAITING = 16
#: What is asked of the system, who is on the other side: `struct ucred` of Linux, `struct xucred` of macOS and BSD.
_UCRED, _XUCRED = struct.Struct("iII"), struct.Struct("II")
_SOL_LOCAL, _LOCAL_PEERCRED = 0, 1


def listen(folder: Folder) -> socket.socket:
    """A socket that listens for this store; for the one who has its lock, so that one that is there is of a dead one.

    Raises OSError.
    """
    forget(folder)
    if _may_have_socket(folder):
        with suppress(OSError):  # the file system may know none
            return _listen_on_socket(folder)
    return _listen_on_port(folder)


def forget(folder: Folder) -> None:
    """Remove what says where a service listens."""
    with suppress(OSError):
        (folder.path / _SOCKET).unlink(missing_ok=True)
        (folder.path / _PORT).unlink(missing_ok=True)


def connect(folder: Folder, patience: float) -> socket.socket | None:
    """A line to the service of a store; None if nobody listens, or if it is another user who does."""
    try:
        line = _line_to(folder, patience)
    except (OSError, ValueError):
        return None
    if not is_same_user(line):
        line.close()
        return None
    return line


def is_same_user(line: socket.socket) -> bool:
    """Whether the other side is of this user, as the system says; of a port it does not say, and the keys decide."""
    if line.family == socket.AF_INET:
        return True
    if hasattr(socket, "SO_PEERCRED"):
        _, user, _ = _UCRED.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size))
    else:
        _, user = _XUCRED.unpack(line.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED.size))
    return bool(user == os.geteuid())


def _may_have_socket(folder: Folder) -> bool:
    return hasattr(socket, "AF_UNIX") and os.name == "posix" and len(_path(folder)) <= _LONGEST_PATH


def _path(folder: Folder) -> bytes:
    return os.fsencode(os.path.realpath(folder.path / _SOCKET))  # the same, however the folder was named


def _listen_on_socket(folder: Folder) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(_path(folder))
        (folder.path / _SOCKET).chmod(0o600)  # before anybody can connect
        listening.listen(_WAITING)
    except BaseException:
        listening.close()
        forget(folder)
        raise
    return listening


def _listen_on_port(folder: Folder) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind((_HERE, 0))
        listening.listen(_WAITING)
        write_durably(folder.path / _PORT, f"{listening.getsockname()[1]}\n".encode())
    except BaseException:
        listening.close()
        raise
    return listening


def _line_to(folder: Folder, patience: float) -> socket.socket:
    if (folder.path / _SOCKET).exists():
        line, address = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), _path(folder)
    else:
        port = int((folder.path / _PORT).read_text(encoding="ascii"))
        line, address = socket.socket(socket.AF_INET, socket.SOCK_STREAM), (_HERE, port)  # type: ignore[assignment]
    try:
        line.settimeout(patience)
        line.connect(address)
    except BaseException:
        line.close()
        raise
    return line
