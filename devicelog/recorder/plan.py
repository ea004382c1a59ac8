"""The plan of a session: all that a recorder needs to know before the first byte; its first entry holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from devicelog.driver import Driver, Effect


@dataclass(frozen=True, slots=True)
class Bound:
    """One device of the session: which driver reads it, and the port where it was expected.

    `allowed` are effects of queries on the device that somebody allowed by name; `binding` is the number of the act in
    the chain of seals by which the device was found (None: its port was named). A device that is listened to on
    several lines has a link for each: `direction` says which one this is, `first` is the link of the first of them.
    """

    link: int
    driver: Driver
    package: str
    url: str
    allowed: frozenset[Effect] = frozenset()
    binding: int | None = None
    direction: str = ""
    first: int | None = None

    @property
    def lacks(self) -> str:
        """What nobody knows because only one line of several is there; "" if nothing."""
        if self.direction or not self.driver.directions:
            return ""
        each = (f"without the {other.name}'s line nobody knows {other.without}" for other in self.driver.directions)
        return f"one line for {len(self.driver.directions)} directions: {'; '.join(each)}"

    def content(self) -> dict[str, Any]:
        driver = self.driver
        return {
            "link": self.link,
            "driver": driver.name,
            "driver_version": driver.version,
            "package": self.package,
            "model": driver.model,
            "wire_format": driver.wire_format,
            "provenance": driver.provenance.value,
            "verified_on": driver.verified_on,
            "expected_interval_ms": round(driver.expected_interval * 1000) if driver.expected_interval else None,
            "idle_states": sorted(driver.idle_states),
            "url": self.url,
            **({"caution": driver.caution} if driver.caution else {}),
            **({"allowed": sorted(self.allowed)} if self.allowed else {}),
            **({"binding": self.binding} if self.binding is not None else {}),
            **({"origin": driver.origin.value} if driver.is_typed else {}),
            **profile_content(driver),
            **({"direction": self.direction, "first": self.first} if self.direction else {}),
            **({"lacks": self.lacks} if self.lacks else {}),
        }


def profile_content(driver: Driver) -> dict[str, Any]:
    """The device profile that a driver was made of, as entries hold it: text and SHA-256; nothing without one."""
    profile = driver.profile
    if profile is None:
        return {}
    return {"profile": {"engine": profile.engine, "sha256": profile.sha256, "text": profile.text}}


def links_of(
    driver: Driver, package: str, ports: Mapping[int, str], allowed: frozenset[Effect] = frozenset()
) -> list[Bound]:
    """The links of one device, by number and port; several are the lines of a conversation, in the driver's order."""
    if len(ports) == 1 or not driver.directions:
        return [Bound(link, driver, package, port, allowed) for link, port in ports.items()]
    first = next(iter(ports))
    return [
        Bound(link, driver, package, port, allowed, direction=direction.name, first=first)
        for (link, port), direction in zip(ports.items(), driver.directions, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Plan:
    """Who, whom, with what and against what.

    `protocol` holds id, version, sha256, text, status and approval of the treatment protocol; None: no limits.
    `zones` are taken in their order, the next one at each pause of the device. `settings` are those that the device
    cannot state, in billionths of the record's unit (`electrode_area`). `body_map` names the map by which zones are
    understood, with its version and SHA-256 (None: by their text alone). `begun` is as `Beginning` has it (None: not
    said).
    """

    session: str
    subject: str
    practitioner: str
    protocol: Mapping[str, Any] | None
    devices: tuple[Bound, ...]
    software: str
    host: Mapping[str, Any]
    zones: tuple[str, ...] = ()
    settings: Mapping[str, int] = field(default_factory=dict)
    body_map: Mapping[str, str] | None = None
    begun: Mapping[str, str] | None = None

    def content(self) -> dict[str, Any]:
        """The plan as the first entry holds it."""
        return {
            "session": self.session,
            "subject": self.subject,
            "practitioner": self.practitioner,
            "protocol": dict(self.protocol) if self.protocol is not None else None,
            "devices": [device.content() for device in self.devices],
            "software": self.software,
            "host": dict(self.host),
            "zones": list(self.zones),
            "settings": dict(self.settings),
            **({"body_map": dict(self.body_map)} if self.body_map is not None else {}),
            **({"begun": dict(self.begun)} if self.begun is not None else {}),
        }

    @property
    def is_training(self) -> bool:
        """Whether every device is one that comes with devicelog to try it."""
        return bool(self.devices) and all(device.url.startswith("sim://") for device in self.devices)

    def found_by(self, bindings: Mapping[str, int]) -> Plan:
        """The plan with the numbers of the bindings by which ports were found, by URL."""
        return replace(self, devices=tuple(replace(one, binding=bindings.get(one.url)) for one in self.devices))

    @classmethod
    def from_content(cls, content: Mapping[str, Any], drivers: Mapping[int, tuple[Driver, str]]) -> Plan:
        """The plan that a first entry holds, with these drivers and their packages by link; KeyError if one lacks.

        All lines of a device are of the driver that its first one has.
        """
        devices = tuple(
            Bound(
                device["link"],
                *drivers[device.get("first", device["link"])],
                device["url"],
                frozenset(map(Effect, device.get("allowed", ()))),
                device.get("binding"),
                device.get("direction", ""),
                device.get("first"),
            )
            for device in content["devices"]
        )
        return cls(
            session=content["session"],
            subject=content["subject"],
            practitioner=content["practitioner"],
            protocol=content["protocol"],
            devices=devices,
            software=content["software"],
            host=content["host"],
            zones=tuple(content["zones"]),
            settings=content["settings"],
            body_map=content.get("body_map"),
            begun=content.get("begun"),
        )
