"""session.pdf: the record on paper."""
