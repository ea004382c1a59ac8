"""Breaks one part of a recording from within, one second after it was first used.

Each is called in a recording's process before the command (`first` of tests/end_to_end/warm.py). Link 1 is the victim
where there are links to choose from. The moment (boot_ns) is left in the file that TORTURE_MARK names.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from devicelog import clock

#: So long a part works before it breaks (s).
_SOUND = 1.0
_FOR_EVER = 3600.0
#: So long a disk does not answer that goes on after that (s).
_STALL = 8.0
_VICTIM = 1


def nothing_breaks() -> None:
    """All works; the moment is left all the same."""
    from devicelog.recording.recording import Recording

    honest = Recording._turn

    def turn(self: Recording) -> None:
        honest(self)
        if time.monotonic() - began > _SOUND:
            _mark()

    began = time.monotonic()
    Recording._turn = turn  # type: ignore[method-assign]


def driver_raises() -> None:
    """The decoder of the no-needle unit raises for whatever arrives."""
    _break_decoder(_raise)


def driver_hangs() -> None:
    """The decoder of the no-needle unit never returns."""
    _break_decoder(_hang)


def units_raise() -> None:
    """No unit can be resolved any more: pint itself raises."""
    from devicelog.recorder.source import Source

    honest = Source.shape

    def shape(self: Source, *given: Any) -> Any:
        if self.number == _VICTIM:
            _mark()
            _raise()
        return honest(self, *given)

    setattr(Source, "shape", shape)  # noqa: B010


def verdict_raises() -> None:
    """Judging a reading of link 1 raises."""
    from devicelog.treatment.monitor import Monitor

    _break(Monitor, "judge", _raise, victim=lambda _, layout, *__: layout.link == _VICTIM)


def link_raises() -> None:
    """Each read of link 1 raises what no port raises."""
    from devicelog.link.link import Link

    _break(Link, "_read", _raise, victim=lambda link: link.number == _VICTIM)


def link_dies() -> None:
    """The thread of link 1 ends without a word."""
    from devicelog.link.link import Link

    def end() -> NoReturn:
        raise SystemExit

    _break(Link, "_read", end, victim=lambda link: link.number == _VICTIM)


def link_hangs() -> None:
    """A read of link 1 never returns."""
    from devicelog.link.link import Link

    _break(Link, "_read", _hang, victim=lambda link: link.number == _VICTIM)


def writer_raises() -> None:
    """Each commit raises what no disk raises."""
    from devicelog.store.ledger_writer import LedgerWriter

    _break(LedgerWriter, "commit", _raise)


def writer_hangs() -> None:
    """A commit never returns."""
    from devicelog.store.ledger_writer import LedgerWriter

    _break(LedgerWriter, "commit", _hang)


def writer_stalls() -> None:
    """One commit takes eight seconds; those after it are as quick as those before."""
    from devicelog.store.ledger_writer import LedgerWriter

    honest = LedgerWriter.commit
    first: list[float] = []

    def commit(*given: Any, **named: Any) -> Any:
        first[1:] = [time.monotonic()]
        if first[-1] - first[0] > _SOUND:
            setattr(LedgerWriter, "commit", honest)  # noqa: B010
            _mark()
            time.sleep(_STALL)
        return honest(*given, **named)

    setattr(LedgerWriter, "commit", commit)  # noqa: B010


def writer_hangs_and_soon_ends() -> None:
    """A commit never returns, and the process ends three seconds after that was noticed instead of a minute."""
    from devicelog.recording import standstill

    standstill.LAST = standstill.NOTICED + 6
    writer_hangs()


def screen_raises() -> None:
    """Whoever is told of what has become durable raises."""
    from devicelog.recording.recording import Recording

    honest = Recording.__init__

    def begin(self: Recording, store: Any, plan: Any, protocol: Any, start: Any, acknowledge: Any, *more: Any) -> None:
        honest(self, store, plan, protocol, start, _broken(acknowledge, _raise, lambda *_: True), *more)

    setattr(Recording, "__init__", begin)  # noqa: B010


def _break_decoder(breaks: Callable[[], Any]) -> None:
    from devicelog_drivers.dlr1.decoder import Dlr1Decoder

    _break(Dlr1Decoder, "feed", breaks, victim=lambda decoder, _: b"INJ" not in decoder._frames)


def _break(
    owner: type, name: str, breaks: Callable[[], Any], *, victim: Callable[..., bool] = lambda *_, **__: True
) -> None:
    """Put something in the place of a method that works for a while."""
    setattr(owner, name, _broken(getattr(owner, name), breaks, victim))


def _broken(honest: Callable[..., Any], breaks: Callable[[], Any], victim: Callable[..., bool]) -> Callable[..., Any]:
    began: list[float] = []

    def broken(*given: Any, **named: Any) -> Any:
        if victim(*given):
            began.append(began[0] if began else time.monotonic())
            if time.monotonic() - began[0] > _SOUND:
                _mark()
                return breaks()
            del began[1:]
        return honest(*given, **named)

    return broken


def _mark() -> None:
    mark = Path(os.environ["TORTURE_MARK"])
    if not mark.exists():
        beside = mark.with_suffix(".new")
        beside.write_text(str(clock.boot_ns()), encoding="ascii")
        beside.replace(mark)


def _raise() -> NoReturn:
    raise RuntimeError("broken on purpose")


def _hang() -> None:
    time.sleep(_FOR_EVER)
