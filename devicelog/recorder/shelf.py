"""What a device's card holds, as far as it was listed: what was there before, what is new, what is to be asked for.

Pure: it is told what came. A log is new if it was not in the first listing of its folder, or if that folder came later.
The root is listed again and again by the device's polling; what follows from each listing is asked for here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from devicelog.driver.logbook import Listing, LogFile


@dataclass(slots=True)
class Folder:
    """A folder that was listed. `is_new`: it came after the folder above it was listed first."""

    is_new: bool
    folders: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


class Shelf:
    """The card of one device. `awaited` are paths that were asked for and did not come yet.

    `thorough`: every folder is listed again, and not only the newest, and every new log is fetched once more, because a
    clock may have been set back: a log may then stand in an older folder, or in the place of another one.
    """

    def __init__(self, root: str) -> None:
        self.awaited: set[str] = set()
        self.thorough = False
        self.rounds = 0
        self._root = root
        self._folders: dict[str, Folder] = {}
        self._new_folders: set[str] = set()
        self._new_files: set[str] = set()
        self._whole: set[str] = set()
        self._checked: set[str] = set()
        self._unfinished: dict[str, LogFile] = {}

    @property
    def old(self) -> int:
        """How many logs were there before."""
        return sum(len(folder.files) for folder in self._folders.values()) - len(self._new_files)

    @property
    def folders(self) -> int:
        """How many folders were listed."""
        return len(self._folders)

    @property
    def taken(self) -> int:
        """How many new logs came whole."""
        return len(self._whole)

    @property
    def lacking(self) -> list[str]:
        """New logs that never came."""
        return sorted(self._new_files - self._whole - set(self._unfinished))

    @property
    def unfinished(self) -> list[LogFile]:
        """New logs that came without their end."""
        return [self._unfinished[path] for path in sorted(self._unfinished)]

    @property
    def is_settled(self) -> bool:
        """Whether all that the last listing of the root led to has come."""
        return self.rounds > 0 and not self.awaited

    def pause(self) -> None:
        """The line is gone: what was asked for does not come any more."""
        self.awaited.clear()
        self.rounds = 0

    def listed(self, listing: Listing) -> tuple[list[str], list[str]]:
        """A folder as it is now; the folders to be listed next, newest first, and files to be fetched, oldest first."""
        path = listing.path
        if path == self._root:
            self.awaited.clear()
            self.rounds += 1
        self.awaited.discard(path)
        first = path not in self._folders
        folder = self._folders.setdefault(path, Folder(path in self._new_folders))
        if not first or folder.is_new:
            self._new_folders |= set(listing.folders) - folder.folders
            self._new_files |= set(listing.files) - folder.files
        folder.folders |= set(listing.folders)
        folder.files |= set(listing.files)
        folders = self._to_list(listing)
        done = self._checked if self.thorough else self._whole
        files = sorted(set(listing.files) & self._new_files - done)
        self.awaited |= {*folders, *files}
        return folders, files

    def _to_list(self, listing: Listing) -> list[str]:
        newest = max(listing.folders, default="")
        wanted = [path for path in listing.folders if self.thorough or path == newest or path not in self._folders]
        return sorted(wanted, reverse=True)

    def fetched(self, file: LogFile) -> bool:
        """A file came; whether it is one that is to be taken now. One without its end is asked for again."""
        self.awaited.discard(file.path)
        if file.run is not None and not file.run.whole:
            self._unfinished[file.path] = file
            return False
        self._unfinished.pop(file.path, None)
        if self.thorough:
            self._checked.add(file.path)
        self._whole.add(file.path)
        return True
