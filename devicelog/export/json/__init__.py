"""session.json: the record and the whole ledger, written and read again."""
