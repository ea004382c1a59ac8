"""The promises about what the bytes mean, held against vectors that an author has written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devicelog.testing.suite import Suite
from devicelog.testing.vectors import expected_of, read_vectors, said_of

if TYPE_CHECKING:
    from devicelog.testing.vectors import Vector


class MeaningPromises(Suite):
    """Part of `DriverConformance`."""

    def test_every_vector_means_what_its_author_has_written_down(self) -> None:
        wrong = []
        for vector in self._vectors():
            said = [said_of(self.driver, event) for event in vector.events(self.driver.decoder())]
            if said != expected_of(vector):
                wrong.append(f"{vector.meaning}: {vector.data!r} is {expected_of(vector)}, the driver says {said}")
        assert not wrong, "\n".join(wrong)

    def _vectors(self) -> list[Vector]:
        if self.vectors is None:
            pytest.skip("no vectors are named: nothing here says what a frame means")
        return read_vectors(self.vectors)
