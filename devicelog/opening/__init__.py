"""How a session is begun, whoever asks for it: what is stated before a port is opened, and what comes of it then."""
