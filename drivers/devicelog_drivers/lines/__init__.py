"""The engine `lines`: devices that say lines of ASCII text, by themselves or when they are asked.

tables.py     an engine's own keys of a profile       framing.py   where a line begins and ends
forms.py      what a line looks like: pattern or fields
memory.py     how missed reports are asked for
decoder.py    lines to readings, paired with queries  engine.py    all of it as a driver
"""
