"""`python -m tests.faults.torture`: the acceptance list of reliability at its full numbers (docs/reliability.md).

check.py    one line of the list, and its outcome       checks.py   all of them, with their sizes
run.py      each in a process of its own                child.py    that process
page.py     what they came to, as docs/reliability.md   table.py    the same on the terminal
Every other module holds the checks of one subject: each calls a tool of tests/faults and judges what it counted.
"""
