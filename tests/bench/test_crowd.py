"""Who the crowd is that logs in: one guesser at one place, and strangers who come each from another."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import islice

from bench.crowd import GUESSER, STRANGER, Crowd


def test_a_third_guesses_at_one_account_and_every_stranger_has_an_address_and_a_name_of_his_own() -> None:
    crowd = Crowd("http://localhost:8000", "quiet walnut", {"bench-1": "127.0.1.1"})
    wrong = list(islice(crowd._others(), 90_000))
    guessed = [one for one in wrong if one[0] == GUESSER]
    strangers = [one for one in wrong if one[0] == STRANGER]
    assert (len(guessed), len(strangers)) == (30_000, 60_000)
    assert len({(address, login) for _, address, login in guessed}) == 1
    assert len({address for _, address, _ in strangers}) == len({login for *_, login in strangers}) == 60_000
    assert all(ip_address(address).is_loopback for _, address, _ in wrong)
    assert not {"127.0.1.1", guessed[0][1]} & {address for _, address, _ in strangers}
