"""Device profiles: what an engine needs to know of a device that nobody wrote a driver for, as data in a TOML file.

    tables.py      the tables of a file, as pydantic checks them; an engine adds its own keys
    draft.py       text -> tables -> reports, metrics and conversions; every problem with its line
    metrics.py     one metric: what it is to the record, and whether it says all that is needed
    conversion.py  a number or text of the wire -> a value: absent, words, levels, scale, plausible
    binary.py      bytes -> numbers, in any order of words          spelling.py   text -> numbers, times
    reader.py      what was found in one frame -> a reading, an identity or a bad frame; one per link
    engine.py      what an engine is; it turns a draft into the parts of an ordinary driver
    queries.py     what is asked, and how it is put         vectors.py    frames with their meaning
    times.py       times that contradict each other         clock.py      the device's clock and who asks it
    complaint.py   what pydantic refuses, in words          beginning.py  the text of a new profile

No engine is known here; they are found by `devicelog.registry`.
"""
