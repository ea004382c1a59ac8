"""The accounts: a database of their own beside the store's (decision 33); devicelog.accounts says what they mean.

accounts.py   the file, and one transaction in it      schema.py   tables, versions, migrations
people.py     who has an account                       logins.py   who is logged in
tokens.py     what other programs log in with          drafts.py   sessions that are about to be opened
waiting.py    acts to be sealed, and tries that failed
acts.py       those acts on their way into the seals   copying.py  the accounts in a copy of a store
"""
