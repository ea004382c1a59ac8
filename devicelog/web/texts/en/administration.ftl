# Administration, without people and tokens.
admin-attention = What needs attention
admin-attention-none = Nothing at this moment.
admin-attention-no-backups = No folder for backups was chosen: there is no backup of this station.
admin-attention-no-backup = There is no backup yet in the folder that was chosen.
admin-attention-backup-bad = The last backup does not hold.
admin-attention-backup-old = The last backup is of { $at }.
admin-attention-unapproved = { $count ->
    [one] The treatment protocol { $name } was used in one of the last sessions, and nobody approved it.
   *[other] The treatment protocol { $name } was used in { $count } of the last sessions, and nobody approved it.
}
admin-attention-certificate = The station’s certificate ends on { $at }: have another one ready and start the station again; tablets refuse it from then on.
admin-attention-key-old = The key that signs is in force since { $at }.
admin-attention-refused = { $count ->
    [one] One delivery was refused by its receiver.
   *[other] { $count } deliveries were refused by their receivers.
}
admin-attention-waiting = { $count ->
    [one] One delivery waits.
   *[other] { $count } deliveries wait.
}
admin-sections = Everything else
admin-section-people = People
    .more = Accounts and roles
admin-section-tokens = Service tokens
    .more = Programs that may ask this station
admin-section-protocols = Treatment protocols
    .more = Limits with their sources; approve, derive, compare
admin-section-backups = Backups
    .more = Make one, verify one, keep the keys apart
admin-section-keys = Keys
    .more = What signs, and its witnesses
admin-section-accesses = Accesses
    .more = Who read or exported what
admin-section-retention = Retention
    .more = How long records are kept; erasing a person
admin-section-outbox = Outbox
    .more = What is still to be delivered
admin-section-doctor = This computer
    .more = What could spoil a recording; verify the store

admin-grade-bad = Bad
admin-grade-care = Take care
admin-grade-unchecked = Look yourself
admin-grade-good = Good
admin-reason = Reason

admin-proof-password = Your password
admin-proof-hint = Asked for again, because this weighs.
admin-proof-code = Code of your authenticator
admin-proof-wrong = This is not right. Give your password and, if you have one, the code anew.
admin-proof-code-needed = The code of your authenticator is needed, too.
admin-proof-set-up-needed = This needs a second factor. Set one up in your account first.
admin-proof-wait = Too many attempts. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}.

admin-chore-backup = Backup
admin-chore-backup-check = Verification of a backup
admin-chore-verify = Verification of the store
admin-chore-deliver = Deliveries
admin-chore-since = since { $at } UTC, by { $by }
admin-chore-ended = ended { $at }, begun by { $by }
admin-chore-session = A session is being recorded, which comes first. This is possible again when it has ended.
admin-holds = It holds: { $sessions ->
    [one] one session
   *[other] { $sessions } sessions
}, { $entries ->
    [one] one entry
   *[other] { $entries } entries
}.
admin-holds-not = It does not hold

admin-protocols-more = Every protocol that comes with devicelog is an example, and no clinical advice. It counts as the clinic’s when somebody approves it by name.
admin-protocol-version = version { $version }
admin-protocol-approved = Approved by { $by }, { $at }
admin-protocol-nobody = Approved by nobody
admin-protocol-nobody-more = Sessions can be recorded with it; they say so.
admin-protocol-own = The clinic’s own
admin-protocol-example = An example that comes with devicelog
admin-protocol-overlays = Overlays
admin-protocol-overlay-none = without
admin-protocol-name = Name
admin-protocol-version-head = Version
admin-protocol-for = For
admin-protocol-kind = Origin
admin-protocol-derived = Derived from
admin-protocol-changed = The text has changed since this page was opened. Read it again, and approve it then.
admin-protocol-not-approved = This version is approved by nobody, so there is nothing to take back.
admin-protocol-notes = { $count ->
    [one] One thing worth a look
   *[other] { $count } things worth a look
}
admin-protocol-history = Approvals so far
admin-protocol-withdrawn = taken back by { $by }, { $at }:
admin-protocol-see = See the text
admin-limits = Limits
admin-limits-excluded = Zones that are excluded
admin-limit = Limit
admin-limit-soft = Warns
admin-limit-hard = Alarms
admin-limit-sources = Sources
admin-limit-max = above
admin-limit-min = below
admin-limit-overlay = stricter by the overlay
admin-limit-documented = for the record only: no device reports it
admin-grade-of-source-H = law or label
admin-grade-of-source-M = paper or manual
admin-grade-of-source-L = page of a clinic
admin-grade-of-source-G = general knowledge
admin-grade-of-source-E = own choice
admin-approve = Approve this version
admin-approve-more = You approve it as { $name }, for this clinic. The approval is signed and kept with the whole text, and sessions name it.
admin-approve-role = Your role
admin-approve-role-hint = Such as: medical director
admin-approve-version = Approve version { $version }
admin-withdraw = Take the approval back
admin-withdraw-more = It stays readable that this version was approved, and by whom it was taken back.
admin-difference = Compare two versions
admin-difference-first = The one
admin-difference-second = The other
admin-difference-show = Compare
admin-difference-of = { $first } and { $second }
admin-difference-looser = The second lets pass what the first does not
admin-difference-what = What
admin-derive = Derive one of your own
admin-derive-of = Derived from { $name }
admin-derive-more = A copy with other limits. It is checked before it is kept, and approved by nobody until somebody does.
admin-derive-differs = What it differs in
admin-derive-id = Its name
admin-derive-id-hint = Small letters, digits and hyphens.
admin-derive-title = Title
admin-derive-limits-more = A bare number is in the unit beside the limit. An empty field removes that value.
admin-derive-source = Source of what you change
admin-derive-source-clinic = decision of the clinic
admin-derive-grade = Kind of source
admin-derive-new-source = A source that is new
admin-derive-source-key = Short name
admin-derive-source-title = Title of the source
admin-derive-source-where = Where it is found
admin-derive-show = Check it and show the difference
admin-derive-keep = Keep it
admin-derive-keep-more = Nothing is kept yet.

admin-keys-public = Public keys
admin-keys-public-more = Seals and exports are signed with the key in force. Give its fingerprint to those who get exports. A key that was given up stays valid for what it signed.
admin-keys-in-force = in force
admin-keys-given-up = given up
admin-keys-since = since { $at }
admin-keys-unused = nothing was signed with it yet
admin-keys-installation = Installation
admin-keys-folder = The private keys lie in
admin-keys-statement = The last seal, for a witness
admin-keys-statement-more = Printed or photographed and kept elsewhere, it shows whether this store was ever set back or signed anew.
admin-keys-qr = QR code of the last seal
admin-keys-unsealed = Nothing was sealed yet.
admin-keys-witnesses = Witness files
admin-keys-tell = Write the newest seals to them
admin-keys-no-witness = None is registered. One is added on the command line:
admin-keys-rotate = Change the key
admin-keys-rotate-more = A new key is made; the old one signs it over and is destroyed. Make a backup of store and keys afterwards, and give the new fingerprint out.
admin-keys-sure = The old private key shall be destroyed
admin-keys-sure-needed = Tick that the old key shall be destroyed.

admin-backups-made = Backups
admin-backups-in = They are kept in
admin-backups-no-folder = Choose the folder first where backups are kept.
admin-backups-none = There is none yet.
admin-backup-holds = { $sessions ->
    [one] one session
   *[other] { $sessions } sessions
}, { $entries ->
    [one] one entry
   *[other] { $entries } entries
}, { $size } MB
admin-backup-check = Verify
admin-backup-keep = Keep so many of them
admin-backup-keep-hint = Older ones that hold are removed afterwards. Empty: all are kept.
admin-backup-make = Make a backup now
admin-backup-restore = Nothing is restored from here. End the station, and use the command line:
admin-backup-folder = Where backups are kept
admin-backup-folder-field = Folder
admin-backup-folder-hint = Its full path, on another disk than the store.
admin-backup-folder-choose = Keep backups there
admin-backup-keys = The keys, apart from the backups
admin-backup-keys-more = No backup can be read without the keys, and they are in none. They lie in
admin-backup-keys-file = New file
admin-backup-keys-file-hint = Its full path, on another medium than the backups.
admin-backup-passphrase = Passphrase
admin-backup-passphrase-hint = Several words. Without it the file cannot be opened by anyone.
admin-backup-passphrase-again = The passphrase again
admin-backup-keys-write = Write the keys to this file
admin-backup-keys-wrote = The keys are in { $file }. Keep it apart from the backups.

admin-accesses-more = Whoever shows or exports a record stands here, with time and reason. Nobody can take a line out unseen.
admin-accesses-whole = { $count ->
    [one] The log is as it was written: one line.
   *[other] The log is as it was written: { $count } lines.
}
admin-accesses-fault = The log is not as it was written.
admin-accesses-filter = Show these
admin-accesses-all = Show all
admin-accesses-person = Person
admin-accesses-session = Session
admin-accesses-day = Day
admin-accesses-number = No.
admin-accesses-when = When
admin-accesses-who = Who
admin-accesses-what = What
admin-accesses-of = Of
admin-accesses-why = Why
admin-accesses-subjects = { $count ->
    [0] nobody
    [one] one person
   *[other] { $count } persons
}
admin-accesses-none = No access is logged that fits.
admin-accesses-older = Older ones

admin-doctor-more = Found { $at }. Nothing was changed, and no port was opened.
admin-doctor-again = Look again now
admin-doctor-mend = What to do:
admin-verify = Verify the store
admin-verify-more = Every entry, chain and seal that is stored is checked. It may take a while; a session that begins meanwhile comes first.
admin-verify-begin = Verify everything now

admin-retention-more = Nothing is ever deleted by itself. Here stands what need not be kept any more.
admin-retention-kept = Records
admin-retention-none = There are no records yet.
admin-retention-line = { $sessions ->
    [one] one session
   *[other] { $sessions } sessions
}, the last entry of { $last }
admin-retention-minor = a minor then
admin-retention-unknown-age = no birth date known: taken for an adult
admin-retention-due = need not be kept since { $day }
admin-retention-until = to be kept until { $day }
admin-retention-rule = The rule
admin-retention-rule-now = { $years } years from the last entry, and of minors until the birthday number { $age }.
admin-retention-rule-by = Set by { $by }, { $at }.
admin-retention-rule-usual = These are usual figures and no advice; nobody has set the clinic’s own yet.
admin-retention-years = Years from the last entry
admin-retention-minor-until = Of minors at least until this birthday
admin-retention-set = Set this rule
admin-erase = Erase this person
admin-erase-find = Erase a person
admin-erase-reference = The clinic’s number of the person
admin-erase-reference-hint = It stands in no address of a page.
admin-erase-look = Look at it
admin-erase-who = Person { $name }
admin-erase-ids = Random ids
admin-erase-sessions = Sessions
admin-erase-last = Last entry
admin-erase-kept = Retention
admin-erase-more = Name, birth date, contact and all free texts of the sessions go for good: their keys are destroyed. The sessions stay under the random id and verify as before. Exports, and backups of the keys, are not reached from here.
admin-erase-ground = Ground
admin-ground-not-needed = not needed any more
admin-ground-consent-withdrawn = consent withdrawn
admin-ground-objection = objection
admin-ground-unlawful = processed without a right to it
admin-ground-legal-duty = a law demands it
admin-ground-other = other
admin-erase-reason-hint = It stays readable for good. No name of the person here.
admin-erase-requested = Asked for on
admin-erase-again = The number of the person again
admin-erase-again-hint = So that nobody else is erased by mistake.
admin-erase-again-wrong = This is not the number of this person.
admin-erase-now = Erase for good
admin-erased = This person was erased
admin-erased-by = Decided by
admin-erased-more = Remove exports of the sessions, and backups of the keys from before, as well: they still name the person.

admin-outbox-more = Deliveries that are not done. They go out by themselves when they are due.
admin-outbox-empty = Nothing waits.
admin-outbox-waiting = waits
admin-outbox-sending = began, and was not answered
admin-outbox-refused = refused by the receiver
admin-outbox-line = session { $session }, { $tries ->
    [one] one try
   *[other] { $tries } tries
}, ordered by { $by }
admin-outbox-due = due { $at }
admin-outbox-cancel = Take back
admin-outbox-run = Try all of them now
