"""A session in a terminal: the live view while it is recorded, and the summary, lists and entries afterwards.

`live` draws the session as it grows: `state` knows what is true at this moment, `page` composes the lines for the size
of the terminal, `device` one device of it with its figures in `digits` and its doses beside their limits (`meters`);
`held_output` keeps what others write to stderr meanwhile. `summary` shows a whole record with its `tables`,
`entry` one entry. `alarms` and `amounts` put into words what all of them show, `screen` is the console that it goes to,
and `plain` prints long lists without one.
"""
