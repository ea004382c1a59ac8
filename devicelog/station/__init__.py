"""The service without HTTP: one writer, the session in progress, and what everybody who looks on is told."""
