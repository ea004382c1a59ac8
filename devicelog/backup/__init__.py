"""Backups of a store: taken while it is being recorded to, verified, signed; and a store made of one again.

manifest.py   what a backup says of itself, signed     making.py     taking one
checking.py   whether one still is what was written    restoring.py  a store of one
files.py      files that are there whole and durable, or not at all
"""
