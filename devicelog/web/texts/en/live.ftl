# The session in progress.
live-title = Session in progress
live-none = No session is being recorded
    .more = This page shows the session as soon as one begins.
live-open = New session
live-anothers = A session of another practitioner is being recorded
    .more = It is not open to you. This page is free again when that session is over.
live-forgotten = Is it forgotten?
    .more = Nobody has used it for a while, or it is a training session. If nobody is being treated in it, you may end it, so that another can begin. Its record stays with whoever recorded it, and says that you ended it.
live-forgotten-end = End that session
live-unlock = Unlock
live-noscript = This page does not follow the session by itself here, because scripts are switched off: it is as old as its time says. Load it again to see the present.
live-lost = Connection lost.
live-lost-since = What you see is old. Recording goes on at the station. Last heard at
live-failed = No answer from the station. Look whether it was kept before you state it again.
live-recording = Recording
live-paused = Paused, recording
live-ending = Ending
live-while-paused = Given while paused:

# Marks.
live-marks = Marks of this session
live-mark-simulated = SIMULATED
live-mark-typed = TYPED
live-mark-partly-typed = PARTLY TYPED
live-mark-no-limits = NO LIMITS
live-mark-example-unapproved = EXAMPLE, UNAPPROVED
live-mark-protocol-unapproved = PROTOCOL UNAPPROVED
live-mark-not-asked = NOT ASKED
live-mark-has-overrides = HAS OVERRIDES
live-mark-unverified-driver = UNVERIFIED DRIVER
live-mark-caution = CAUTION

# Alarms.
live-alarms = Alarms
live-alarm-none = No alarm
live-alarm-list = List
live-priority-high = HIGH
live-priority-medium = MEDIUM
live-priority-low = LOW
live-alarm-since = since { $at }
live-alarm-over = over, began at { $at }
live-alarm-seen = acknowledged by { $by } at { $at }
live-alarm-locked = An alarm about the person treated. Unlock to read it.
live-acknowledge = Acknowledge
live-alarms-new = { $count } new
live-alarms-more = { $count ->
    [one] 1 more
   *[other] { $count } more
}

# Devices and figures.
live-link-waiting = waiting for the port
live-link-connected = connected
live-link-lost = LOST
live-link-lost-since = LOST for { $lasted }
live-link-silent = SILENT
live-link-silent-since = SILENT for { $lasted }
live-link-ended = ended at the device
live-link-typed = typed by hand
live-ago = last reading { $ago } ago
live-ago-typed = last line { $ago } ago
live-at-least = at least
live-of-all = all devices
live-figure-injections = Injections
live-figure-volume = Volume
live-figure-depth = Last depth
live-figure-depth_stated = Depth, stated
live-figure-current = Current
live-figure-current_set = Set
live-figure-charge = Charge
live-figure-level = Level
live-figure-time_left = Time left
live-figure-voltage = Voltage
live-figure-impedance = Impedance
live-figure-depth_set = Depth set
live-figure-pulses = Pulses
live-figure-pulse_voltage = Last pulse
live-figure-pulse_voltage_set = Set
live-figure-field_strength = Field
live-figure-total_load = Load
live-figure-time_constant = Time constant
live-figure-none = No treatment yet

# Doses.
live-doses = Dose and limits
live-no-limits = No treatment protocol: nothing is checked
live-no-bars = No limit on a total applies yet.
live-channel-volume_total = Volume
live-channel-injection_count = Injections
live-channel-charge_dose = Charge
live-channel-duration = Time
live-scope-session = session
live-scope-zone = this zone
live-dose = { $given } of { $top } { $unit }
live-dose-at-least = at least { $given } of { $top } { $unit }
live-not-evaluable = NOT EVALUABLE
live-verdict-within = within
live-verdict-warning = above the soft limit
live-verdict-exceeded = ABOVE THE LIMIT
live-verdict-not-evaluable = nobody can tell

# Zones.
live-zone = Zone
live-zone-none = No zone
live-zone-change = Change zone
live-zone-choose = Which zone is treated now?
live-zone-excluded = This zone is excluded
live-zones-planned = Planned
live-zones-others = Other zones
live-zones-map = Body map
live-in-use = in use
live-excluded = excluded

# Syringe.
live-syringe = Syringe
live-product = Product
live-syringe-none = No syringe was prepared.
live-syringe-choose = Which syringe is used now?
live-left = { $left } of { $prepared } mL left
live-left-at-most = at most { $left } of { $prepared } mL left
live-left-unknown = What is left is not known
live-left-below = More came out than was in it

# Notes and events.
live-happened = Last stated
live-happened-none = Nothing yet.
live-happened-note = Note
live-happened-paused = Paused
live-happened-resumed = Resumed
live-happened-screening = Contraindication
live-note = Note
live-note-own = Your own words
live-note-keep = Keep the note
live-note-comfortable = The patient is comfortable
live-note-redness = Slight redness
live-note-cooled = Skin cooled
live-note-photographed = Photograph taken
live-note-product-change = Product changed
live-note-asked-to-stop = The patient asked for a break
live-event = Event
live-event-words = More about it
live-event-contact-lost = Contact lost
live-event-needle-changed = Needle changed
live-event-pain = Pain
live-event-reaction = Reaction
live-event-equipment = Equipment
live-event-other = Other (say what)
live-learned = Contraindication
live-learned-title = Contraindication learned now
live-learned-about = What was learned stops nothing by itself: it is kept, and raises an alarm where it is a stop.
live-learned-detail = What was said

# What is typed.
live-type = Type what the device shows
live-type-read = Read back
live-type-keep = Keep it
live-type-drop = Drop it
live-type-again = The same again
live-type-means = It means:
live-type-confirm = Send it again to keep it.
live-type-kept = Kept:
live-type-waiting = Taken, and not safe on the disk yet:
live-type-nothing = This line says nothing.
live-type-dropped = Dropped: nothing was kept.
live-type-hint = What a line means is said back first. It counts when it is sent again.
live-type-words = What can be typed

# Pause and end.
live-actions = What you can state
live-pause = Pause
live-resume = Resume
live-end = End
live-end-title = End the session?
live-end-about = The recording ends, and its record is closed. It can be added to and amended later.
live-end-devices = Devices are not stopped by this. Stop them at the device itself.
live-end-confirm = End the recording
live-end-go-on = Go on recording
live-close = Close
live-back = Back to the session

# The chart, and what is safe.
live-chart = The last five minutes
live-chart-none = Nothing was measured yet that can be drawn.
live-chart-across = time since the beginning, min:s
live-chart-depth = depth
live-chart-volume = volume of an injection
live-chart-current = current
live-chart-level = level
live-chart-measured = measured
live-chart-set = set
live-chart-gap = no data
live-chart-hard = limit { $value } { $unit }
live-chart-soft = soft limit { $value } { $unit }
live-chart-described = { $what }: { $count ->
    [one] one value
   *[other] { $count } values
} drawn.
live-gaps = { $count ->
    [one] One gap
   *[other] { $count } gaps
}
live-gaps-open = { $count } open now
live-gaps-none = No gaps
live-bad-frames = { $count ->
    [one] one unreadable message
   *[other] { $count } unreadable messages
}
live-begun = begun
live-safe = { $count } entries safe on disk

# What a form refuses.
live-error-zone = Found no such zone; choose one of the list.
live-error-syringe = Found no such syringe; choose one that was prepared.
live-error-note = Found an empty note; write some words.
live-error-event = Found no such event; choose one of the list.
live-error-other = Say what happened, then choose “Other”.
live-error-question = Found no such question; choose one of the list.
live-error-alarm = Found no such alarm; look at the list again.
live-error-over = The session of this page is not in progress any more; nothing was stated.
live-error-long = Write { $most } characters at most.
live-error-line = Found characters that nobody can see; type the line anew.
