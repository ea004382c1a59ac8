"""Witnesses: copies of seals outside the machine, by which a roll-back, a lost end or a history written anew is seen.

claim.py   what one copy of a seal says              text.py     a seal as a short text to print and to type
file.py    the file on another medium or computer    places.py   which files are registered for a store
keeper.py  brings new seals to them                  qr.py       the text as a QR code
statement.py   the present heads, for whoever takes a copy of the store
"""
