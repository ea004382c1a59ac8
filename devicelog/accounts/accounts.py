"""The accounts of a store, open: one thing that the station and its pages hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from argon2 import Parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from devicelog import clock
from devicelog.accounts.door import Door
from devicelog.accounts.drafts import Drafts
from devicelog.accounts.invitations import Invitations
from devicelog.accounts.own import OwnAccount
from devicelog.accounts.password import Passwords
from devicelog.accounts.people import People
from devicelog.accounts.proving import Proving
from devicelog.accounts.tokens import Tokens
from devicelog.store.accounts.accounts import AccountsFile
from devicelog.store.accounts.acts import record_acts

if TYPE_CHECKING:
    from devicelog.store.folder import Folder
    from devicelog.store.writer import Writer


class Accounts:
    """People, what lets them in, and tokens; safe in several threads. Use it as a context manager, or close it."""

    def __init__(
        self,
        file: AccountsFile,
        profile: Parameters = RFC_9106_LOW_MEMORY,
        boot: Callable[[], int] = clock.boot_ns,
    ) -> None:
        passwords = Passwords(profile)
        proving = Proving(file, passwords)
        self.file = file
        self.people = People(file)
        self.door = Door(file, passwords, proving, boot)
        self.own = OwnAccount(file, passwords, proving, self.door.at)
        self.invitations = Invitations(file, passwords, proving)
        self.tokens = Tokens(file)
        self.drafts = Drafts(file)

    @classmethod
    def open(
        cls,
        folder: Folder,
        profile: Parameters = RFC_9106_LOW_MEMORY,
        boot: Callable[[], int] = clock.boot_ns,
    ) -> Self:
        """Those of a store, made if there are none yet; raises what opening a store raises.

        `profile` and `boot`, the boot clock in ns, are for tests.
        """
        return cls(AccountsFile.open(folder), profile, boot)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; log-in sessions go on when it is opened again."""
        self.file.close()

    def record(self, writer: Writer) -> int:
        """Write what happened to people and tokens into the chain of seals; how many acts waited.

        To be done on the thread that writes: after each change, and once when the station starts.
        """
        return record_acts(writer, self.file)
