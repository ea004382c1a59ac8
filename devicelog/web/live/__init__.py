"""The live page while a session is recorded: what tablets are sent, made once for all of them."""
