"""session.pdf: the record on paper, set by typst from `session.typ`; Python gives it plain data, never markup.

session_pdf.py   the file                      page.py         all that stands on the pages, in order
block.py         tables, facts and lines       letters.py      letters that no font has, and what steers a reader
fonts.py         fonts of the system that have them

heading.py  before.py  products.py  zones.py  limits.py  afterwards.py  recording.py  amendments.py  signing.py
                 what each part of a page says, from the record
"""
