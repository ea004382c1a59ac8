# What stands on every page.
frame-skip = Skip to the content
frame-places = Places
frame-running = Recording now
frame-account = Your account
frame-lock = Lock this screen
frame-log-out = Log out
frame-purpose = Recording and documentation only; devicelog never starts, stops or sets a device
frame-language = Language

place-live = Session
place-open = New session
place-sessions = Records
place-devices = Devices
place-administration = Administration

field-optional = (optional)
field-either = (one of the two)
field-errors = { $count ->
    [one] One field needs your attention
   *[other] { $count } fields need your attention
}

problem-refused = This is not open to you
    .more = Your role does not include it. Ask whoever administers the station.
problem-no-page = There is no such page
    .more = The address may be old, or what it named is gone.
problem-not-possible = This is not possible
    .more = What was sent could not be understood. Go back, and try again.
problem-not-now = This is not possible now
    .more = Try again in a moment.
problem-fault = devicelog made a mistake
    .more = Nothing that was recorded is lost. Try again; if it comes again, tell whoever looks after the station.
problem-back = To the beginning
