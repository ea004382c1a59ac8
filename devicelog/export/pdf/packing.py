"""A PDF with its small objects packed into object streams, which pikepdf (qpdf) does.

typst writes each of the many small objects that make a tagged file by itself and uncompressed, which is half of the
file; some engines of HL7 cut what is longer than 48 kB. Nothing of what the objects say is changed.
"""

from __future__ import annotations

from io import BytesIO


def packed(data: bytes) -> bytes:
    """The same file, smaller, and always the same bytes; ValueError if it is no sound PDF."""
    import pikepdf

    pikepdf.settings.set_flate_compression_level(9)
    small = BytesIO()
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False) as file:
            file.save(
                small,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                compress_streams=True,
                recompress_flate=True,
                deterministic_id=True,
                fix_metadata_version=False,  # it would write the XMP anew, longer by a third
            )
    except pikepdf.PdfError as error:
        raise ValueError(f"the PDF could not be packed: {error}") from None
    return small.getvalue()


def pages(data: bytes) -> int:
    """How many pages a file has."""
    import pikepdf

    with pikepdf.open(BytesIO(data)) as file:
        return len(file.pages)


def made_with() -> dict[str, str]:
    """What packs: another version may pack otherwise."""
    from importlib.metadata import version

    return {"pikepdf": version("pikepdf")}
