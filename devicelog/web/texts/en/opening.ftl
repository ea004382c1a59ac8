# Opening a session: one page a step.
opening-way = Steps of this session
opening-whom = This session is of
opening-page-subject = Person
opening-page-screening = Screening
opening-page-consent = Consent
opening-page-products = Products
opening-page-device = Device and protocol
opening-page-ready = Ready
opening-state-done = done
opening-state-skipped = left out
opening-state-open = open

opening-in-progress = A session is being prepared
opening-begun = Begun
opening-next-page = Next page
opening-go-on = Go on with it
opening-another = Another session instead
opening-drop-more = What was answered so far is deleted. Nothing of it has been recorded.
opening-drop = Delete it, and begin another
opening-another-begin = Prepare another session

opening-back = Back
opening-next = Continue
opening-kept = What you enter is kept, for 24 hours, until the session begins.
opening-choose = Choose one of the answers; “not asked” is one, too.
opening-yes = yes
opening-no = no
opening-unknown = unknown
opening-not-asked = not asked
opening-not-known = not known
opening-by-other = Somebody else did this
opening-by = Who
opening-by-hint = Leave it empty for { $who }.
opening-skip = Leave this step out
opening-skip-why = Why is this step left out?
opening-skip-raised = An answer of this step raises something, so it cannot be left out. Answer the rest, or change that answer.
opening-reason-hint = In words: two at least, so that somebody else understands it later.

opening-stop = STOP
opening-overridden = OVERRIDDEN
opening-stops = { $count ->
    [one] One thing stops this session
   *[other] { $count } things stop this session
}
opening-stops-more = With a reason, given by name, the session can be opened all the same. Without one it will be refused: nothing is recorded from a device, and what was stated is kept.
opening-override-reason = Why is the session opened all the same?
opening-override-by = Who decides that?
opening-override-specialist = Which specialist was asked before?

opening-number = The clinic’s number for the person
opening-number-hint = Type it, or scan it.
opening-find = Find
opening-known = known here
opening-new = new
opening-name = Name
opening-birth-date = Birth date
opening-others = This person is known here and is treated by others. You see what safety needs, and nothing of the record.
opening-new-more = Nobody here has this number yet. The person is kept under it when the session begins.
opening-who = Who the person is
opening-earlier = Earlier sessions
opening-no-earlier = No earlier session.
opening-family = Kind of treatment
opening-sessions = Sessions
opening-last = Last
opening-days = Days ago
opening-no-protocol = without a protocol
opening-simulated = SIMULATED
opening-other-person = Not this person
opening-this-person = This person: continue
opening-treatment = Treatment
opening-how = How does it reach the skin?
opening-how-hint = This decides what is asked. The protocol that is chosen later counts in the end.
opening-modality-injection = Injection
opening-modality-iontophoresis-dc = Direct current (iontophoresis)
opening-modality-electroporation = Electroporation
opening-modality-open = Not decided: ask everything
opening-place = Place or room
opening-role = Role of who treats
opening-registration = Registration number
opening-supervisor = Supervisor

opening-step-history = Medical history
opening-history-reviewed = Was the medical history reviewed?
opening-history-text = What of it matters here?
opening-step-screening = Screening
opening-question = Question { $number } of { $of }:
opening-until = Until when?
opening-until-hint = { $months ->
    [one] It counts for one month after that day.
   *[other] It counts for { $months } months after that day.
}
opening-detail = What is known of it?
opening-severity-stop = STOP
opening-severity-caution = CAUTION
opening-severity-ask = NOTE
opening-severity-none = NOTE
opening-left = { $count ->
    [0] All questions are answered.
    [one] One question is open.
   *[other] { $count } questions are open.
}
opening-rest = No to the rest
opening-rest-hint = Answers every open question with no, where no raises nothing. Press it only after you have asked.

opening-step-consent = Consent
opening-consent-given = Was consent given?
opening-consent-form = Form
opening-consent-version = Version of the form
opening-consent-on = Day
opening-consent-taken-by = Taken by
opening-consent-risks = Were the risks discussed?
opening-consent-cooling-off = Was there time to decide?
opening-consent-photographs = Is there consent to photographs?
opening-step-patch_test = Patch test
opening-patch-done = Was a patch test done?
opening-patch-product = Product
opening-patch-on = Day
opening-patch-result = Result
opening-step-consultation = Consultation
opening-consultation-on = Day of the consultation
opening-consultation-text = What was said?
opening-consultation-missing = Give the day or what was said, or leave this step out with a reason.

opening-step-products = Products
opening-product = Product { $number }
opening-product-name = Name
opening-product-missing = State one product at least, or leave this step out with a reason.
opening-maker = Maker
opening-scan = Scan
opening-scan-hint = Scan the code on the package. Lot and expiry are filled in.
opening-read = Read
opening-gtin = Product number { $number }
opening-lot = Lot
opening-printed-hint = As it is printed.
opening-expiry = Expiry
opening-expiry-hint = 2027-05-31, or 2027-05 for a month.
opening-drawn = Drawn up
opening-drawn-hint = Such as 2 mL.
opening-use = What for
opening-use-product = product
opening-use-anaesthetic = anaesthetic
opening-use-diluent = diluent
opening-ingredients = Ingredients
opening-ingredients-hint = One a line: hyaluronic acid, 10 mg/mL
opening-add-product = Add a product
opening-remove-product = Remove product { $number }
opening-syringes = Syringes
opening-syringe = Syringe { $number }
opening-label = Label
opening-label-hint = Such as left tray.
opening-part = Of { $who }
opening-part-hint = Such as 1 mL; empty: none of it.
opening-add-syringe = Add a syringe
opening-remove-syringe = Remove syringe { $number }
opening-used-needle = Needle
opening-used-electrode = Electrode
opening-what = What is used
opening-needle = needle
opening-electrode = electrode
opening-gauge = Gauge
opening-gauge-hint = Such as 30.
opening-length = Length
opening-length-hint = Such as 4 mm.
opening-needles = Number of needles
opening-needles-hint = Empty: one.
opening-type = Type
opening-type-hint = Such as sponge.
opening-area = Area
opening-area-hint = Such as 8 cm2.
opening-add-used = Add another
opening-remove-used = Remove number { $number }

opening-devices = Devices
opening-device-missing = Choose one device at least.
opening-device-not-named = Found { $text }; expected DRIVER@PORT, such as reference-mesogun@/dev/ttyUSB0. A device profile is bound first, under Devices.
opening-device-no-training = Simulated devices are for those who may train.
opening-bound = Bound devices
opening-bound-none = No device is bound. An administrator binds them under Devices.
opening-where = now at { $port }
opening-plugged = Also plugged in
opening-not-read = not read
opening-hint = its USB ids fit
opening-typed = Without a cable
opening-typed-more = What such a device shows is typed on the page of the session, and marked as typed everywhere.
opening-simulators = Simulators, for training
opening-simulators-more = A simulator is no device. The session is marked SIMULATED everywhere.
opening-device-other = Another device
opening-device-named = Device by its name
opening-device-named-hint = DRIVER@PORT, one a line.
opening-protocol = Treatment protocol
opening-protocol-which = Protocol
opening-protocol-missing = Choose a protocol, or “none”.
opening-protocol-none = none: nothing is checked
opening-protocol-none-more = Without a protocol nothing is held against a limit. The record says so.
opening-look = Show
opening-approved = APPROVED
opening-approved-by = Version { $version }, approved by { $who }
opening-unapproved = Version { $version }. Nobody here has approved this protocol. It is an example, and no advice.
opening-overlay = With the overlay { $who }.
opening-limits = { $count ->
    [one] One limit
   *[other] { $count } limits
}
opening-limit = Limit
opening-soft = Warns at
opening-hard = Alarms at
opening-electrode-area = Electrode area
opening-electrode-area-hint = Such as 8 cm2, where the device does not state it.
opening-zones = Planned zones
opening-zones-hint = In the order in which they are treated. Tap a drawing, or choose a name.
opening-zones-none = no zone is planned
opening-zone = Zone
opening-zone-add = Add
opening-zone-typed = Zone by another name
opening-zone-typed-hint = Only if it is not in the list.
opening-zone-up = { $who }: earlier
opening-zone-remove = { $who }: remove
opening-excluded = This protocol excludes:
opening-drawings = Drawings of the body
opening-drawings-hint = Blue: planned. Red with a dashed outline: must not be treated under this protocol. Right and left are the patient’s.

opening-problem = It cannot begin yet
opening-changed = What is being prepared was changed on another page since this one was shown; nothing was taken of it. Look at it as it is now, and go on.
opening-problem-more = Everything you entered is kept. Mend this, and press the button again.
opening-busy = A session is being recorded. It has to end before this one begins.
opening-simulated-more = This session reads a simulator, and is marked SIMULATED everywhere.
opening-refused-will = As it is, the session will be refused: nothing is recorded from a device, and what was stated is kept with the reasons.
opening-decide = Decide on the page “{ $page }”
opening-seen = What must be seen
opening-aloud = What is said when it begins
opening-nothing = Nothing.
opening-said = What was stated
opening-change = Change: { $page }
opening-change-short = change
opening-left-out = LEFT OUT
opening-answered = { $count ->
    [one] one question
   *[other] { $count } questions
}
opening-begin = Begin recording
opening-refuse = Refuse, and keep what was stated
opening-refused = The session was refused
opening-refused-more = Session { $session } was not recorded. What was stated is kept, with the reasons:
opening-refused-see = See what was kept
