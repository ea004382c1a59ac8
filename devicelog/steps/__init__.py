"""The steps of a session in their order: what each states, what is out of order, what keeps it from beginning."""
