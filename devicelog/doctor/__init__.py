"""What on this computer could spoil a recording, and the mend for each; looks only, changes nothing.

finding.py   what was looked at, found, and what to do      system.py    what the checks see of a computer
store.py     store, database, keys, their modes             room.py      disk, file system, synchronised folders
adapters.py  USB serial adapters                            meddlers.py  programs that take ports or write into them
power.py     sleep and USB suspend                          clocks.py    durations and the wall clock
programs.py  drivers, ports, what cannot be checked here
"""

from devicelog.doctor.examination import examine
from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System

__all__ = ["Finding", "Grade", "System", "examine"]
