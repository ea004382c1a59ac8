"""What people do to the record of a session that is over: correct, add, review, sign; nothing is ever altered."""
