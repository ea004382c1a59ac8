"""The store: one encrypted SQLite file with the ledger, the chunks it came from, and the seals.

folder.py    the folder, its name, its lock          keys.py      the keys, kept outside the folder
schema.py    tables, versions, migrations            database.py  the only import of the SQLite binding
reader.py    everything that reads                   writer.py    the one that writes
sealing.py   the next link of the chain of seals     rotation.py  changing the key that signs it
copying.py   a copy of one moment                    key_file.py  the keys in one file, under a passphrase
history.py   what was restored or salvaged           subjects.py  the clinic's own numbers, each under its own key
pages.py     damaged files, read page by page        rows.py      the rows on a page
files.py     written so that it survives             reserve.py   room kept for the end of a session
erasure.py   erasing who a subject is                evidence.py  what a verification asks
outbox.py    what is to be delivered                again.py     a change that others were quicker than
webhooks.py  who is told of what happened           orders.py    sessions that a program began
approvals.py approved treatment protocols           bindings.py  which device is bound where
people.py    subjects added, changed and merged     retaining.py how long records are kept
recalls.py   recalled lots                          access.py    who read or exported what
projection.py what lists and searches look at       figures.py   how much there is, for who watches over it
accounts/    who may come in: a database beside it  beside/      writing beside a service that has the store
"""
