"""The spine: bytes of the links in, entries out; what each link, gap and device log is, while a session runs."""
