# Programs that are told of what happens to sessions.
admin-section-webhooks = Webhooks
    .more = Programs that are told when a session is closed
webhooks-more = A program at one of these addresses is told when something happens to a session. It is sent the ids of session and entry, and nothing of a patient. What fails is tried again for seven days.
webhooks-secret = The secret, shown this once
webhooks-secret-more = The receiver checks with it that what comes is from this station. Copy it now; it cannot be shown again.
webhooks-none = Nobody is told yet.
webhooks-line = by { $by }, { $at }
webhooks-waiting = { $count ->
    [0] nothing waits
    [one] one waits
   *[other] { $count } wait
}
webhooks-add = Tell one more
webhooks-url = Address
webhooks-url-hint = https://, or http:// for a program on this computer
webhooks-events = Told of
webhooks-no-event = Choose at least one.
webhooks-remove = Remove
webhooks-session-opened = a session that was opened
webhooks-session-closed = a session that was closed
webhooks-session-amended = a session that was amended
webhooks-session-signed = a session that was signed
webhooks-state-delivered = told
webhooks-state-waiting = waits for the next try
webhooks-state-sending = began, and was not answered
webhooks-state-refused = given up
webhooks-state-cancelled = taken back
