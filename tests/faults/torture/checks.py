"""The acceptance list: every check with its sizes, those of a release and those of a quick look."""

from __future__ import annotations

from collections.abc import Sequence

from tests.faults.suites import suites
from tests.faults.torture.check import Check, Sizes


def checks() -> list[Check]:
    """All checks, in the order of the list."""
    found = [*_STORE, *_LINKS, *_decoders(), *_RECORDER, *_EVIDENCE]
    return sorted(found, key=lambda check: (check.id[0] != "F", int(check.id[1:]), check.of))


def chosen(only: Sequence[str]) -> list[Check]:
    """The checks with one of these ids, or all; ValueError names one that is not there."""
    found = [check for check in checks() if not only or check.id in only or check.key in only]
    unknown = set(only) - {name for check in found for name in (check.id, check.key)}
    if unknown:
        raise ValueError(f"no check is called {', '.join(sorted(unknown))}")
    return found


#: Where the tests are whose size is that of a release already.
_UNWRITABLE, _BACKUP = "tests/faults/test_unwritable_store.py", "tests/end_to_end/test_backup.py"


def _tests(*names: str, but: str = "") -> tuple[str, Sizes, Sizes]:
    """What runs these tests, all of them or all `but` those of a name, at either size."""
    chosen: Sizes = {"tests": " ".join([*names, *(["-k", f"not({but})"] if but else [])])}
    return "tests:all_pass", chosen, chosen


_STORE = (
    Check(
        "F1",
        "kill -9 at random moments, a simulator feeding 50 readings a second",
        "every acknowledged entry there exactly once, ready again p99 < 3 s, no unreadable store",
        "kills:at_random",
        {"kills": 1_000, "workers": 3},
        {"kills": 30, "workers": 2},
    ),
    Check(
        "F2",
        "kill -9 at each of the first writes, syncs and truncations of a store",
        "every acknowledged entry there exactly once, at each of them",
        "store:kills_at_each_call",
        {"calls": 300, "system_calls": 12},
        {"calls": 12, "system_calls": 1},
    ),
    Check(
        "F3",
        "power cut at every point of three sessions, with what a disk may then hold",
        "0 bad disk states of at least 2,000; a lying fsync must be seen",
        "store:power_cuts",
        {"states": 2_000},
        {"states": 60},
    ),
    Check(
        "F3",
        "power cut at every point of work on the accounts: people, tokens, drafts, acts",
        "0 bad disk states; what was answered as done is there once, in accounts and acts; a lying fsync must be seen",
        "store:cuts_of_accounts",
        {"states": 150},
        {"states": 20},
        of="accounts",
    ),
    Check(
        "F3",
        "power cut of a whole station at once: store, accounts, keys, log of accesses, backups",
        "0 bad disk states: it starts, people log in, what was told or answered as done is there once and verifies; "
        "a lying fsync must be seen",
        "store:cuts_of_stations",
        {"states": 100},
        {"states": 4},
        of="station",
    ),
    Check("F4", "real power cut of a virtual machine, 20 times", "every acknowledged entry there", ""),
    Check(
        "F5",
        "EIO at fsync calls 1 to 40, once and for ever; EIO and ENOSPC at writes",
        "nothing acknowledged is lost, nothing acknowledged behind a failed fsync, an alarm",
        "store:failing_disk",
        {"calls": 40},
        {"calls": 4},
    ),
    Check(
        "F6",
        "disk full for 60 s in a session, then room again",
        "the session goes on, alarm within 2 s, 0 entries lost",
        "store:outage",
        {"cause": "FULL", "seconds": 60.0},
        {"cause": "FULL", "seconds": 3.0},
    ),
    Check(
        "F6",
        "the disk of a station is full, fails, and hangs, one after the other in one session",
        "the live page and the API say so, other pages answer, the session goes on, 0 entries lost",
        *_tests("tests/faults/test_station_disk.py"),
        of="station",
    ),
    Check(
        "F7",
        "disk full at the start, at the end of a session, during a backup",
        "refused in a sentence; the session closes on the reserve; the old backup stays",
        *_tests(
            f"{_UNWRITABLE}::test_no_session_begins_on_a_disk_that_fails",
            f"{_UNWRITABLE}::test_a_session_that_memory_cannot_hold_any_longer_is_ended_and_says_so",
            f"{_BACKUP}::test_a_disk_that_is_full_leaves_the_older_backup",
            f"{_BACKUP}::test_a_file_that_may_not_grow_fails_the_backup",
        ),
    ),
    Check(
        "F19",
        "a second instance on the same store and port",
        "refused within 5 s, naming what holds it; the first is unharmed",
        "links:second_recorder",
        {},
        {},
    ),
    Check(
        "F20",
        "another process holds the write lock for 30 s",
        "0 entries lost; an alarm says what is waited for",
        "store:outage",
        {"cause": "LOCKED", "seconds": 30.0},
        {"cause": "LOCKED", "seconds": 2.0},
        of="lock",
    ),
    Check(
        "F20",
        "a reader that never ends keeps the write-ahead log from shrinking",
        "an alarm before the log fills the disk; 0 entries lost",
        *_tests(f"{_UNWRITABLE}::test_a_reader_that_never_ends_is_told_before_the_log_fills_the_disk"),
        of="reader",
    ),
)

_LINKS = (
    Check(
        "F8",
        "unplug and replug on a pseudo-terminal",
        "0 duplicates, one lost/restored pair each, every missing number in a gap, back p95 < 2 s",
        "links:unplugs",
        {"unplugs": 100},
        {"unplugs": 4},
        limit=1_200.0,
    ),
    Check("F8", "unplug and replug of a real USB adapter (ftdi_sio)", "as above", "", of="on USB"),
    Check(
        "F9",
        "replug under another name; another device on the same name",
        "found again by its name; a new segment and a high alarm, never merged",
        *_tests("tests/drivers/test_whereabouts.py", "tests/drivers/test_watch.py"),
    ),
    Check(
        "F10",
        "unplug in the middle of a frame",
        "every complete frame before the cut is recorded",
        "links:cuts",
        {"cuts": 1_000},
        {"cuts": 20},
        limit=1_500.0,
    ),
    Check(
        "F11",
        "back-fill from the device's memory after 30 s away, and with an overrun memory",
        "all filled in device order, none doubled, gap closed; the rest stays a gap of the right count",
        "backfill:outage",
        {"seconds": 30, "outages": 100},
        {"seconds": 30, "outages": 5},
    ),
    Check(
        "F12",
        "back-fill repeated, overlapping, contradicting",
        "no change, no change, a conflict entry",
        "backfill:repeats",
        {"times": 20},
        {"times": 3},
    ),
    Check(
        "F15",
        "noise of 1 MB, wrong baud rate, a flood for 60 s",
        "no event invented, less than 50 MB more memory, the next good frame accepted",
        "links:noise",
        {"size": 1_000_000, "wrong_baud": 10.0, "flood": 60.0},
        {"size": 100_000, "wrong_baud": 3.5, "flood": 0.5},
    ),
)

_RECORDER = (
    Check(
        "F16",
        "the same bytes one at a time, 4,096 at a time, in clumps of 16 ms, with 500 ms of jitter",
        "identical events in all cases",
        "pieces:any_cut",
        {"seeds": 12},
        {"seeds": 1},
    ),
    Check(
        "F17",
        "wall clock -1 h, +2 h, over the end of summer time, to 1970, in a session",
        "order and durations unchanged, an entry for each step, no id twice",
        *_tests("tests/faults/test_clocks.py", but="stood_still"),
    ),
    Check("F18", "10 minutes of suspend of a real computer", "a gap, durations count the sleep", "", of="suspend"),
    Check(
        "F18",
        "SIGSTOP for 5 s in a recording",
        "goes on; a gap or every reading there",
        *_tests("tests/faults/test_clocks.py::test_a_recorder_that_stood_still_loses_nothing_and_counts_the_time"),
        of="SIGSTOP",
    ),
    Check(
        "F21",
        "24 h of one session in compressed time, at ten times a no-needle unit's rate",
        "less than 20 MB more memory after warm-up, no more open files, commits p99 < 100 ms, every entry there",
        "memory:long",
        {"hours": 24.0, "rate": 40},
        {"hours": 0.5, "rate": 40},
        limit=1_500.0,
    ),
    Check(
        "F22",
        "each part of a recording raises, dies or hangs: driver, units, verdict, link, writer, screen",
        "within 5 s the process has ended, or records on with an alarm; never silent",
        "threads:each_breaks",
    ),
    Check(
        "F23",
        "decoding the kept bytes again, of every session that the other checks made",
        "every entry equal bit for bit",
        "replays:everything",
        last=True,
    ),
    Check(
        "F24",
        "the device's counters against the sum of the events, one event dropped",
        "the difference is reported with its number",
        "backfill:reconciliation",
    ),
    Check(
        "F27",
        "sequences of frame, damage, unplug, kill, clock step, full disk, note and export, drawn at random",
        "the store and a plain model of it agree after each step",
        "sequences:agree",
        {"sequences": 2_000, "steps": 50},
        {"sequences": 20, "steps": 30},
        limit=1_500.0,
    ),
)

_EVIDENCE = (
    Check(
        "F25",
        "backup in a session at 50 readings a second, restore, verify; an older copy put back",
        "the copy verifies; the older one is reported as a roll-back",
        *_tests(_BACKUP),
    ),
    Check(
        "F26",
        "upgrade of a store of each older version, killed at each step",
        "old or new, never between",
        "",
    ),
    Check(
        "A1",
        "tamper sweep over every table and column, with and without the triggers",
        "each change of a class that can be seen is seen; with a witness the other classes too",
        "tamper:sweep",
        {"samples": 12},
        {"samples": 1},
    ),
    Check(
        "A2",
        "an export changed by one character; a seal moved to another session",
        "verify fails and says where",
        *_tests("tests/export/test_check.py", "tests/export/test_tampering.py"),
    ),
    Check(
        "A3",
        "search for names, numbers and notes in clear in every file that three sessions leave",
        "0 found; a wrong key is refused; files 0600, folders 0700",
        *_tests("tests/end_to_end/test_at_rest.py"),
    ),
    Check(
        "A4",
        "erasure of a subject's key",
        "nothing of who that was can be read; every chain verifies",
        *_tests("tests/store/test_erasure.py"),
    ),
)


def _decoders() -> list[Check]:
    """What is done with each installed driver that has a conformance suite, and with what reads files."""
    names = sorted(suites())
    damaged = [
        Check(
            "F13",
            f"damaged frames of {name}",
            "0 exceptions, wrong accepts within the check's chance (99.99 %), no clean frame missed, < 64 KiB held, "
            "> 20,000 frames/s",
            "frames:damaged",
            {"driver": name, "frames": 10_000_000},
            {"driver": name, "frames": 50_000},
            limit=1_500.0,
            of=name,
        )
        for name in names
    ]
    fuzzed = [
        Check(
            "F14",
            f"fuzzing of {what}, guided by coverage where atheris is installed",
            f"0 crashes; {runs:,} runs, or as many as {seconds} s give: the size says how many",
            "fuzzing:without_a_crash",
            {"target": target, "runs": runs, "seconds": seconds},
            {"target": target, "runs": runs, "seconds": 4},
            limit=1_200.0,
            of=target,
        )
        for target, what, runs, seconds in (
            *((name, f"the decoder of {name}", 5_000_000, 180) for name in names),
            ("log-query", "the simulators' queries", 5_000_000, 45),
            ("protocol", "treatment protocol files", 5_000_000, 45),
            ("profile", "device profiles", 5_000_000, 45),
            ("faults", "fault files", 5_000_000, 45),
            ("scenario", "scenario files", 5_000_000, 45),
            ("export", "verify of foreign exports", 5_000_000, 45),
        )
    ]
    return [*damaged, *fuzzed]
