"""A text as a QR code, for a terminal and as SVG; the only import of segno."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

_LIGHT_AROUND = 2


def terminal(text: str) -> str:
    """The code in half blocks, two rows a line; light is drawn, so that it can be read on a dark screen."""
    rows = [[not dark for dark in row] for row in _code(text).matrix_iter(border=_LIGHT_AROUND)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    return "\n".join(
        "".join(blocks[pair] for pair in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    )


def svg(text: str, title: str = "seal") -> bytes:
    """The code as an SVG file, black on white, with the quiet zone that the standard asks for."""
    out = io.BytesIO()
    _code(text).save(out, kind="svg", scale=4, light="white", title=title)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    import segno  # it loads a client of HTTP, which whoever writes only tables would wait for

    return segno.make_qr(text, error="m")
