"""The store: one encrypted SQLite file with the ledger, the chunks it came from, and the seals.

folder.py    the folder, its name, its lock          keys.py      the keys, kept outside the folder
schema.py    tables, versions, migrations            database.py  the only import of the SQLite binding
reader.py    everything that reads                   writer.py    the one that writes
sealing.py   the next link of the chain of seals     rotation.py  changing the key that signs it
subjects.py  the clinic's own numbers, sealed with a key per subject
"""
