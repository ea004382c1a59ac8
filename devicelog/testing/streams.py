"""hypothesis strategies: a line as it may be, made from the frames of a capture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from devicelog.testing.talk import Talk, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DrawFn

    from devicelog.testing.capture import Frame


def noises(frames: Sequence[Frame]) -> st.SearchStrategy[bytes]:
    """Bytes that are no frame: random, zeros, 0xFF, the beginning of a frame."""
    cut = st.sampled_from(frames).flatmap(
        lambda frame: st.integers(0, max(0, len(frame.data) - 1)).map(lambda end: frame.data[:end])
    )
    return st.one_of(
        st.binary(max_size=64),
        st.binary(min_size=150, max_size=400),
        st.integers(1, 400).map(bytes),
        st.integers(1, 400).map(lambda count: b"\xff" * count),
        cut,
    )


@st.composite
def streams(draw: DrawFn, frames: Sequence[Frame]) -> Talk:
    """Frames in any order, some of them doubled or cut, with noise and zeros between them."""
    whole = st.sampled_from(frames).map(lambda frame: frame.talk)
    doubled = whole.map(lambda talk: talk + talk)
    return joined(draw(st.lists(st.one_of(whole, whole, doubled, noises(frames).map(Talk)), max_size=12)))


@st.composite
def cuts(draw: DrawFn, length: int) -> list[int]:
    """Places at which that many bytes are cut into reads."""
    return draw(st.lists(st.integers(0, length), max_size=24))
