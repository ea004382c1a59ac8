"""To a FHIR R4 server: a transaction, POSTed to its base (https://hl7.org/fhir/R4/http.html#transaction).

Redirects are not followed, so that the token goes to no other host; proxies and .netrc of the environment are not used.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import msgspec

from devicelog import clock
from devicelog.delivery import means as of_means
from devicelog.delivery.outcome import NotNow, Outcome, Refused, Taken, kept_id, words

if TYPE_CHECKING:
    import httpx

    from devicelog.delivery.target import Target
    from devicelog.store.outbox import Means

_JSON = "application/fhir+json"
#: How long a connection is waited for (s).
_CONNECT = 15.0
#: No answer is longer (bytes), nor takes longer than so many times the time in which its beginning has to come.
_LONGEST, _TIMES = 32 << 20, 10
_PIECE = 1 << 16
#: What a server may answer differently tomorrow, beside all of 500 and above: timeout, too early, too many.
_LATER = frozenset({408, 425, 429})
#: It is of our token, not of the record, and the token is read anew at each try.
_UNAUTHORIZED = 401
#: A resource was made, or put in the place of the one that was there.
_DONE = frozenset({200, 201})

#: Told how many bytes are sent, of how many.
Sent = Callable[[int, int], None]


def send(target: Target, means: Means, data: bytes, sent: Sent) -> Outcome:
    """POST a transaction bundle; never raises but BadInputError for a file of `means` that cannot be used."""
    import httpx

    token = of_means.token(means)
    headers = {"Content-Type": _JSON, "Accept": _JSON, "Content-Length": str(len(data))}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    wait = httpx.Timeout(means.timeout, connect=_CONNECT)
    verify: Any = of_means.context(means) if target.encrypted else False
    with httpx.Client(verify=verify, timeout=wait, follow_redirects=False, trust_env=False) as client:
        try:
            with client.stream("POST", target.url, content=_pieces(data, sent), headers=headers) as response:
                return _outcome(response, _body(response, means.timeout), data)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return NotNow(f"it cannot be reached: {_why_not_reached(error)}")
        except httpx.TimeoutException:
            return NotNow("no answer came in time; it may have arrived", unanswered=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            why = f"the connection failed before the answer ({error or type(error).__name__})"
            return NotNow(f"{why}; it may have arrived", unanswered=True)


def _pieces(data: bytes, sent: Sent) -> Iterator[bytes]:
    for at in range(0, len(data), _PIECE):
        yield data[at : at + _PIECE]
        sent(min(at + _PIECE, len(data)), len(data))


def _body(response: httpx.Response, timeout: float) -> bytes | None:
    """What was answered; None if it is too long. TimeoutException if it trickles."""
    import httpx

    until = clock.boot_ns() + round(timeout * _TIMES * 1e9)
    found = bytearray()
    for piece in response.iter_bytes():
        found += piece
        if len(found) > _LONGEST:
            return None
        if clock.boot_ns() > until:
            raise httpx.ReadTimeout("the answer does not end")
    return bytes(found)


def _outcome(response: httpx.Response, body: bytes | None, sent: bytes) -> Outcome:
    status = response.status_code
    if body is None:
        return NotNow(f"the server's answer (HTTP {status}) is too long; it may have arrived", unanswered=True)
    if 300 <= status < 400:
        where = words(response.headers.get("location", "nowhere"))
        return Refused(f"the server answers HTTP {status} and points elsewhere; name that address as the target", where)
    if status in _LATER or status >= 500:
        after = retry_after(response.headers.get("retry-after"), clock.now().wall_ns)
        return NotNow(f"the server answered HTTP {status}", _diagnostics(_json(body)) or None, after=after)
    if status == _UNAUTHORIZED:
        hint = "see that --token-file names a token that holds"
        return NotNow(f"the server answered HTTP 401: {hint}", _diagnostics(_json(body)) or None)
    if status >= 400 or status < 200:
        return Refused(f"the server answered HTTP {status}", _diagnostics(_json(body)) or None)
    return answered(status, _json(body), len(_entries(_json(sent))))


def answered(status: int, answer: Any, expected: int) -> Outcome:
    """Look at a transaction response entry by entry: servers answer 200 with entries that failed."""
    if not isinstance(answer, dict) or answer.get("resourceType") != "Bundle":
        found = _diagnostics(answer) or None
        return Refused(f"the server answered HTTP {status} without a transaction response; is it a FHIR base?", found)
    entries = _entries(answer)
    failed = [(number, one) for number, one in enumerate(entries, start=1) if _status(one) not in _DONE]
    if failed:
        number, one = failed[0]
        response = one.get("response")
        said = _diagnostics(response.get("outcome")) if isinstance(response, dict) else ""
        why = f"the server answered HTTP {status}, and of {expected} resources {len(failed)} failed"
        why = f"{why}, the first at entry {number} with {_status(one) or 'no status'}"
        if all(_status(each) >= 500 or _status(each) in _LATER for _, each in failed):
            return NotNow(why, said or None)
        return Refused(why, said or None)
    if len(entries) != expected:
        return Refused(f"the server answered HTTP {status} for {len(entries)} of {expected} resources")
    return Taken({"status": status, "resources": len(entries), **kept_id(answer.get("id"))})


def retry_after(text: str | None, wall_ns: int) -> float | None:
    """The seconds that a Retry-After asks for (RFC 9110, 10.2.3); None if it asks for nothing that can be read."""
    if text is None:
        return None
    said = text.strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return max(0.0, (aware - datetime.fromtimestamp(wall_ns / 1e9, UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body[:2000].decode("utf-8", "replace")


def _entries(bundle: Any) -> list[dict[str, Any]]:
    found = bundle.get("entry") if isinstance(bundle, dict) else None
    return [one if isinstance(one, dict) else {} for one in found] if isinstance(found, list) else []


def _status(entry: dict[str, Any]) -> int:
    """The status of an entry ("201 Created"); 0 if it has none."""
    response = entry.get("response")
    said = str(response.get("status", "")).split() if isinstance(response, dict) else []
    return int(said[0]) if said and said[0].isascii() and said[0].isdigit() else 0


def _diagnostics(answer: Any) -> str:
    """What an OperationOutcome says, the severest first; of anything else its text."""
    if not isinstance(answer, dict):
        return words(answer) if isinstance(answer, str) else ""
    issues = [one for one in answer.get("issue") or () if isinstance(one, dict)]
    order = ["fatal", "error", "warning", "information"]
    issues.sort(key=lambda one: order.index(one["severity"]) if one.get("severity") in order else len(order))
    return words("; ".join(filter(None, map(_issue, issues))))


def _issue(issue: dict[str, Any]) -> str:
    details = issue.get("details")
    text = details.get("text") if isinstance(details, dict) else None
    said = [part for part in (issue.get("diagnostics"), text) if isinstance(part, str)]
    where = issue.get("expression") or issue.get("location")
    at = f" at {where[0]}" if isinstance(where, list) and where else ""
    return f"{said[0] if said else issue.get('code', '')}{at}"


def _why_not_reached(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            hint = "name the authority that made it with --ca FILE"
            return f"its certificate is not trusted ({cause.verify_message}); {hint}"
        cause = cause.__cause__ or cause.__context__
    return words(str(error)) or type(error).__name__
