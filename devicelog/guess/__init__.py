"""What the bytes of an unknown line may be: framing, checksum, and whether the port is set wrong.

Pure: bytes and times in, a guess out. It looks for what docs/unknown-devices.md lists and for nothing else, says how
sure it is and on how many frames that rests, and says nothing where chance would do the same.
"""
