"""The codes of devicelog's own: what FHIR resources say where no official code is known to fit.

One table; the CodeSystem resource and docs/fhir-codes.md are made of it. A code never changes its meaning and is never
taken away. Codes of figures are the record's own words (`depth`, `current_measured`), so that all formats agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: The system of every code below. A urn, because no host name should have to last as long as a record.
SYSTEM = "urn:devicelog:codes"
#: The system of the codes of the body map (`face.cheek.left`), whose versions `devicelog zones` lists.
BODY_MAP = "urn:devicelog:body-map"


@dataclass(frozen=True, slots=True)
class Concept:
    """One code, what people read, and what it means."""

    code: str
    display: str
    definition: str


_TREATMENTS = (
    Concept(
        "injection-treatment", "Mesotherapy by injection", "Injections by a device, recorded one by one or counted"
    ),
    Concept("iontophoresis-dc", "Iontophoresis with direct current", "A direct current through the skin, no needle"),
    Concept("electroporation", "Electroporation of the skin", "Voltage pulses through the skin, no needle"),
    Concept(
        "current-treatment", "Treatment with a current, no needle", "A current whose kind the record does not name"
    ),
    Concept("device-treatment", "Treatment with a device", "What the device does to the skin the record does not name"),
)

_METRICS = (
    Concept("depth", "Injection depth", "How deep a needle went, on the basis that the observation names"),
    Concept("volume", "Volume of one injection", "What one trigger gave, on the basis that the observation names"),
    Concept("vacuum", "Vacuum", "The pressure under the head against that around it; suction is below zero"),
    Concept("current_measured", "Measured current", "The current that flowed, on the basis that the observation names"),
    Concept("voltage", "Voltage", "The voltage at the electrodes, on the basis that the observation names"),
    Concept("frequency", "Frequency", "The frequency of the pulses"),
    Concept("pulse_width", "Pulse width", "How long one pulse lasted"),
    Concept("impedance", "Impedance", "What the skin and the electrodes opposed to the current"),
)

_SETTINGS = (
    Concept("needles", "Needles on the head", "How many needles one trigger drives"),
    Concept("volume_set", "Volume that was set", "What one trigger was to give"),
    Concept("depth_set", "Depth that was set", "How deep a needle was to go"),
    Concept("current_set", "Current that was set", "The current that was to flow"),
    Concept("frequency_set", "Frequency that was set", "The frequency that the pulses were to have"),
    Concept("pulse_width_set", "Pulse width that was set", "How long a pulse was to last"),
    Concept("electrode_area", "Electrode area", "The area of the electrode that touches the skin"),
    Concept("rate_set", "Rate that was set", "The rate at which a pump was to give"),
    Concept("waveform", "Waveform", "The form of the current, in the device's word"),
    Concept("depth_basis", "Basis of the depth", "What the device's depth stands for, in its own word"),
    Concept("volume_basis", "Basis of the volume", "What the device's volume stands for, in its own word"),
    Concept("current_basis", "Basis of the current", "What the device's current stands for, in its own word"),
)

_FIGURES = (
    Concept("injections", "Injections", "Triggers times needles"),
    Concept("triggers", "Triggers", "How often the device injected, whatever its number of needles"),
    Concept("volume_total", "Volume given", "The sum of the volumes that were given; what was purged is not in it"),
    Concept("without_volume", "Triggers without a volume", "Triggers of which the device told no volume"),
    Concept("purges", "Purges", "How often the device was emptied into the air"),
    Concept("purged_total", "Volume purged", "What was given into the air"),
    Concept("samples", "Samples", "How many reports of the current there are"),
    Concept("charge", "Charge", "The measured current over time, by the trapezoid rule over its samples"),
    Concept("unsampled", "Time without samples", "Time in which a current may have flowed unseen"),
    Concept("elapsed", "Time of the treatment", "From the first report of a treatment to the last, pauses included"),
)

_OBSERVATIONS = (
    Concept("session-summary", "Summary of the session", "What was given in the whole session"),
    Concept("zone-summary", "Summary of a zone", "What was given in one zone of the body"),
    Concept("injection", "Injection", "One trigger as the device reported it"),
    Concept("injections-in-detail", "Injections in detail", "All injections of the session, each an Observation"),
    Concept("trace", "Trace", "A quantity as it was sampled, with what is missing marked as missing"),
    Concept("device-settings", "Settings of the device", "The settings that were in force when the session ended"),
    Concept("device-total", "Total of the device", "The device's own total held against the record"),
    Concept("device-says", "Said by the device", "The figure of the device's own total"),
    Concept("record-says", "Said by the record", "The same figure as the record has it"),
    Concept("difference", "Difference", "The figure of the record less that of the device"),
    Concept("device-clock", "Clock of the device", "How far the device's clock was ahead of UTC when it was asked"),
    Concept("uncertain", "Uncertain by", "How far a time may be off, to either side"),
    Concept("recording-gap", "Gap in the recording", "A stretch for which the device's data is missing"),
    Concept("missing-reports", "Missing reports", "How many reports of the device are missing"),
    Concept("read-back", "Reports read back", "How many reports came later from the device's memory"),
    Concept("skin-reaction", "Reaction of the skin", "What was seen or felt, or that nothing was reported"),
    Concept("session-event", "Event of the session", "What a person stated by a key while it was recorded"),
    Concept("injection-points", "Points of injection", "Where a person marked injections on a drawing"),
    Concept("entry", "Entry of the ledger", "The number of the entry that says so"),
    Concept("verdict", "Verdict", "One report held against the treatment protocol"),
    Concept("not-evaluable", "Not evaluable", "It could not be held against a limit; that is no pass"),
)

_ISSUES = (
    Concept("limit-breach", "Limit of the treatment protocol reached", "A value was beyond a limit of the protocol"),
    Concept("device-alarm", "Alarm of the recording", "A condition of the device, the line or the record itself"),
    Concept("contraindication", "Contraindication", "An answer of the screening that stops the treatment or warns"),
    Concept("override", "Override", "What stops a session was overridden by a person, with a reason"),
    Concept("refused", "Refused", "The session was not recorded, because something stops such a treatment"),
)

_REACTIONS = (
    Concept("reaction.none", "None reported", "It was stated that no reaction was reported"),
    Concept("reaction.redness", "Redness", "Redness was seen"),
    Concept("reaction.swelling", "Swelling", "Swelling was seen"),
    Concept("reaction.bruising", "Bruising", "Bruising was seen"),
    Concept("reaction.itching", "Itching", "Itching was felt"),
    Concept("reaction.tenderness", "Tenderness", "Tenderness was felt"),
    Concept("reaction.blebs", "Blebs", "Blebs were seen"),
    Concept("reaction.stinging", "Stinging", "Stinging was felt"),
    Concept("reaction.other", "Another reaction", "A reaction that words beside it describe"),
)

_EVENTS = (
    Concept("event.contact_lost", "Contact lost", "The electrode or the head lost contact"),
    Concept("event.needle_changed", "Needle changed", "Another needle was put on"),
    Concept("event.pain", "Pain", "The patient told of pain"),
    Concept("event.reaction", "Reaction", "A reaction during the treatment"),
    Concept("event.equipment", "Equipment", "Something about the equipment"),
    Concept("event.other", "Another event", "An event that words beside it describe"),
    Concept("paused", "Paused", "Who treats paused; devices and alarms went on"),
    Concept("resumed", "Resumed", "Who treats went on"),
    Concept("alarm-acknowledged", "Alarm acknowledged", "Somebody has seen an alarm; what it is about may last"),
)

_MESSAGES = (
    Concept("record", "Record of the session", "The record, of which every figure below is a part"),
    Concept("record-text", "Word on the record", "What must be known of a record before it is believed"),
    Concept("record-state", "State of the record", "Running, ended or interrupted, and why it ended"),
    Concept("session-begun", "Beginning of the session", "By which way it was begun, and by whom if that is known"),
    Concept("recording-stopped", "Stops of the recording", "When the recorder was not running, and how that is known"),
    Concept("signature-status", "Status of the signatures", "What became of what was signed"),
    Concept("seal-text", "Seal as text", "The last seal of the session as a line to keep elsewhere"),
    Concept("incomplete", "Incomplete", "What a complete record would have and this one has not"),
    Concept("note", "Note", "What a person noted"),
    Concept("protocol", "Treatment protocol", "The treatment protocol that was chosen, and its version"),
    Concept("zone", "Zone", "The zone of the body as it was named"),
    Concept("products", "Products", "What was given of which product"),
    Concept("product", "Product", "One product, of one lot"),
    Concept("product-name", "Name of the product", "As it was stated"),
    Concept("product-lot", "Lot of the product", "As it was stated"),
    Concept("product-expiry", "Expiry of the product", "As it is printed"),
    Concept("product-dose", "Dose of the product", "The volume that was given of it"),
    Concept("ingredient", "Ingredient", "The name of one ingredient of the products"),
    Concept("ingredient-dose", "Dose of the ingredient", "How much of it was given, by its stated concentration"),
    Concept("alarms", "Alarms", "How many alarms there were; 0 says that there was none"),
    Concept("alarm-text", "Alarm", "An alarm as it was shown"),
    Concept("alarm-priority", "Priority of the alarm", "High, medium or low"),
    Concept("alarm-source", "Limit of the alarm", "Which value of which protocol was breached, and whose number it is"),
    Concept("alarm-peak", "Worst value of the alarm", "The value that was farthest beyond the limit"),
    Concept("alarm-readings", "Readings beyond the limit", "How many there were while the alarm lasted"),
    Concept("began", "Beginning", "When it began"),
    Concept("ended", "End", "When it ended"),
    Concept("gaps", "Gaps", "How many gaps there were; 0 says that there was none"),
    Concept("cause", "Cause", "Why data is missing"),
    Concept("device", "Device", "A device of the session"),
    Concept("device-identity", "Identity of the device", "Who the device said that it is"),
    Concept("device-model", "Model of the device", "As the device said"),
    Concept("device-serial", "Serial number of the device", "As the device said"),
    Concept("device-firmware", "Firmware of the device", "As the device said"),
    Concept("device-simulated", "Simulated device", "Whether the device said that it is a simulator"),
    Concept("device-driver", "Driver of the device", "What read it, and in which version"),
    Concept("device-origin", "Origin of the figures", "Sent by the device, or typed by a person"),
    Concept("device-reading", "Reading of the device", "How well the device could be read"),
    Concept("bad-frames", "Unreadable frames", "Frames that could not be read"),
    Concept("repeats", "Repeated reports", "Reports that came again; counted once"),
    Concept("conflicts", "Contradicting reports", "Reports that came again with other content; not counted"),
    Concept("agrees", "Agrees", "Whether the device's total and the record agree"),
    Concept("basis", "Basis", "What the figures of a metric stand for"),
    Concept("adverse-event", "Adverse event", "What happened to the patient, in the clinic's words"),
    Concept("afterwards", "After the treatment", "What was stated of the time after the treatment"),
)

_MARKS = (
    Concept("mark.simulated", "Simulated", "A device said that it is a simulator: no patient was treated"),
    Concept("mark.typed", "Typed by a person", "A person typed what a device showed; no device sent it"),
    Concept("mark.interrupted", "Interrupted", "The recording broke off; nothing is known of what came after"),
    Concept("mark.running", "Not finished", "The session was running when it was exported"),
    Concept("mark.no_limits", "No limits", "No treatment protocol was chosen, and nothing was checked"),
    Concept("mark.protocol_unapproved", "Unapproved protocol", "Nobody at the clinic had approved the protocol"),
    Concept("mark.driver_unverified", "Unverified driver", "The driver was not verified on any real device"),
    Concept("mark.caution", "Caution", "The driver says something that must be known"),
    Concept("mark.refused", "Refused", "The session was not recorded, because something stops such a treatment"),
    Concept("mark.not_asked", "Not asked", "Contraindications or consent were not asked about"),
    Concept("mark.overrides", "Has overrides", "Something that stops a session was overridden"),
    Concept("mark.amended", "Amended", "Something was corrected; what was there before stands beside it"),
    Concept(
        "mark.amended_after_signature", "Amended after signature", "What was signed is not what the record says now"
    ),
    Concept(
        "mark.deidentified", "De-identified", "Names, numbers and free texts were taken out, and dates were shifted"
    ),
)

_DOCUMENTS = (
    Concept("table", "Table of the record", "A file of the record's CSV package"),
    Concept("photograph", "Photograph", "Name and fingerprint of a picture that is kept elsewhere"),
    Concept("must-be-known", "What must be known of this record", "Marks of the record, and what it lacks"),
    Concept("before-treatment", "Before the treatment", "History, screening, patch test, consultation, skipped steps"),
    Concept("attachments", "Documents", "The record as PDF and as tables"),
    Concept("origin", "Where this record comes from", "Signatures, amendments, ledger and seal"),
)


def _statistics() -> Iterator[Concept]:
    """The lowest, mean and highest value of each metric."""
    for metric in _METRICS:
        for word in ("lowest", "mean", "highest"):
            said = f"The {word} value of: {metric.display}; reports without a value do not count"
            yield Concept(f"{metric.code}.{word}", f"{metric.display}, {word}", said)


_ALL = (
    *_TREATMENTS,
    *_METRICS,
    *_statistics(),
    *_SETTINGS,
    *_FIGURES,
    *_OBSERVATIONS,
    *_ISSUES,
    *_REACTIONS,
    *_EVENTS,
    *_MESSAGES,
    *_MARKS,
    *_DOCUMENTS,
)

#: Every concept by its code, in the order of the CodeSystem.
CODES: Mapping[str, Concept] = {concept.code: concept for concept in _ALL}
assert len(CODES) == len(_ALL), "a code stands in the table twice"

#: The same by what they are of; each is a value set.
GROUPS: Mapping[str, tuple[Concept, ...]] = {
    "treatments": _TREATMENTS,
    "metrics": (*_METRICS, *_statistics()),
    "settings": _SETTINGS,
    "figures": _FIGURES,
    "observations": _OBSERVATIONS,
    "issues": _ISSUES,
    "reactions": _REACTIONS,
    "events": _EVENTS,
    "messages": _MESSAGES,
    "marks": _MARKS,
    "documents": _DOCUMENTS,
}
