"""Writing beside a service that has the store: every transaction goes through the service's one connection.

wire.py     what is said, and how it is framed     place.py       where the service listens, and who may speak
client.py   the connection of who writes beside    performing.py  what the service does for them, in one piece
marks.py    recordings of other processes          server.py      the service's threads
"""
