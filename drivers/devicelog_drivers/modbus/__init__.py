"""The engine `modbus`: register maps over Modbus RTU, read with the function codes that only read.

tables.py     an engine's own keys of a profile         queries.py   a query's bytes, and what tells its reply
frames.py     where a frame begins and ends             layout.py    where each value stands, and what contradicts
decoder.py    frames to readings, paired with queries   engine.py    all of it as a driver
"""
