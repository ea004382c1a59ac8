"""What an installation did beside its sessions: acts in the chain of seals, folded; pure (docs/ledger.md).

keychain.py    the keys in force, each handed over by the one before     binding.py   which device is at which adapter
accounts.py    who was given which roles, and which tokens               merges.py    which subjects are one person
retention.py   for how long records are kept
"""
