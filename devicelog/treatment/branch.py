"""A stretch of one link's treatment that was missed live and is read back: counted apart, then joined to the rest.

Where a gap is to be filled from a device's memory the link's tally branches: the branch goes on from the last report
before the gap, the live tally from the first behind it. What is read back is added to the branch in device order, with
the settings, the clock and the current that held there, so that a charge is that of an unbroken line. When the gap is
done with, the branch is joined: its totals go to the link's, and the last piece of the line is drawn to the live side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from devicelog.treatment.timeline import Edge, Timeline
from devicelog.treatment.totals import Tally, Totals


@dataclass(slots=True)
class Branch:
    """What is read back of one gap. `tally` shares session and zones with the live one; `target` gets its totals.

    `left` is where the live timeline stood, `edge` its first sample behind the gap; `stated` and `doubts` count what
    was said of the settings before. `restart` is the epoch with which the device's counters begin again in the gap.
    """

    link: int
    gap: int
    tally: Tally
    target: Totals
    left: tuple[int | None, ...]
    edge: Edge
    stated: int
    doubts: int
    restart: int | None

    def reach(self, epoch: int | None, zone: str | None) -> bool:
        """Be in that epoch and zone; whether anything that was worked out before is to be worked out anew."""
        changed = zone != self.tally.zone
        if changed:
            self.tally.enter(zone)
        if self.restart is not None and epoch == self.restart:
            self.begin_again()
            return True
        return changed

    def begin_again(self) -> None:
        """The device restarted here: its counters begin again, and its settings are not known."""
        self.restart = None
        self.tally.restart(self.link)
        self.tally.doubt(self.link)

    def interrupt(self) -> None:
        """What comes next does not follow what came last."""
        self.tally.interrupt(self.link)


class Branches:
    """The branches of a tally, by the number of their gap, oldest first."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._open: dict[int, Branch] = {}

    def __getitem__(self, gap: int) -> Branch:
        return self._open[gap]

    def of(self, link: int) -> Iterator[Branch]:
        """The open branches of a link."""
        return (branch for branch in self._open.values() if branch.link == link)

    def fork(self, link: int, gap: int, *, certain: bool, restart: int | None) -> None:
        """A gap begins to be filled; `certain`: the settings were, when it opened; `restart`: a new epoch in it."""
        tally = self._tally
        live = tally.links.setdefault(link, Totals())
        split = tally.split(link, certain=certain)
        for earlier in self.of(link):
            if earlier.target is live:
                earlier.target = split.links[link]
        timeline = tally.known_timeline(link)
        edge = Edge()
        if timeline is not None:
            timeline.edge = edge
        else:
            tally.edges[link] = edge
        live.begin_again()
        left = timeline.mark if timeline is not None else ()
        tally.interrupt(link)
        stated, doubts = tally.said(link)
        self._open[gap] = Branch(link, gap, split, live, left, edge, stated, doubts, restart)

    def settle(self, link: int, gap: int | None = None) -> tuple[Totals, set[int]]:
        """The device's counters begin again, live or in the branch of a gap: what was counted until then.

        The gaps named beside it are still open, and what is read back for them is added to the totals returned.
        """
        counted = (self._tally if gap is None else self._open[gap].tally).links.setdefault(link, Totals())
        settled = replace(counted)
        counted.begin_again()
        waiting = set()
        for branch in self.of(link):
            if branch.gap == gap:
                break
            waiting.add(branch.gap)
            if branch.target is counted:
                branch.target = settled
        return settled, waiting

    def join(self, gap: int, *, complete: bool) -> None:
        """A gap is done with; `complete`: all that it lacked was read back."""
        branch = self._open.pop(gap)
        link, live = branch.link, self._tally
        later = next(self.of(link), None)
        successor = live if later is None else later.tally
        moved_on = self._join_lines(branch, successor, complete=complete)
        if branch.restart is not None:
            branch.begin_again()
        counted = branch.tally.links[link]
        if not moved_on:  # else the live side has counted the time of the gap
            live.links[link].elapsed_ms += counted.elapsed_ms
        counted.elapsed_ms = 0
        branch.target.add(counted)
        if complete and live.said(link)[0] == branch.stated:
            live.take_settings(branch.tally, link, certain=live.said(link)[1] == branch.doubts)

    @staticmethod
    def _join_lines(branch: Branch, successor: Tally, *, complete: bool) -> bool:
        """Draw the line on to what follows; whether something did follow already."""
        link, edge = branch.link, branch.edge
        ours, next_one = branch.tally.known_timeline(link), successor.known_timeline(link)
        if ours is None:
            return next_one is not None
        if not complete:
            branch.interrupt()
        if next_one is None:
            successor.adopt_timeline(link, ours, branch.tally)
            return False
        if next_one.mark == branch.left:
            next_one.go_on_from(ours)
            return False
        if edge.totals:
            _join(ours, edge, branch.tally.links[link])
        return True


def _join(line: Timeline, edge: Edge, counted: Totals) -> None:
    """The last piece of the line, from what was read back last to the first live sample behind the gap."""
    last = line.current
    delta = line.step(edge.uptime, edge.boot, edge.host_us, treating=False)
    charge = flowed = 0
    missing = delta
    if last is not None and edge.current is not None and delta <= edge.longest_ms:
        charge, flowed, missing = (last + edge.current) * delta, delta if last or edge.current else 0, 0
    session, zone = edge.totals[:2]
    for totals in (session, zone):
        totals.charge += charge
        totals.current_ms += flowed
        totals.missing_ms += missing - edge.missing_ms
    counted.charge += charge
    counted.current_ms += flowed
