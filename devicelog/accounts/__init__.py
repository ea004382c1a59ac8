"""Who may come in, and what they may do there; knows no HTTP. Time is given by whoever asks (wall time, ns).

accounts.py    all of it, open                       permission.py  what each role and scope may
people.py      adding, roles, one-time codes         invitations.py what a one-time code is good for
door.py        log-in sessions, locks, PIN           session.py     when one locks and ends; what was proved
proving.py     password, second factor, throttle     throttle.py    how long somebody waits
own.py         what a person changes alone           tokens.py      what other programs log in with
password.py    argon2id, what is refused             totp.py        the second factor
person.py      names                                 secret.py      tokens and codes, and their hashes
drafts.py      sessions that are about to be opened
"""
