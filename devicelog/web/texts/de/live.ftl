# Die laufende Sitzung.
live-title = Laufende Sitzung
live-none = Es wird keine Sitzung aufgezeichnet
    .more = Diese Seite zeigt die Sitzung, sobald eine beginnt.
live-open = Neue Sitzung
live-anothers = Eine Sitzung einer anderen behandelnden Person wird aufgezeichnet
    .more = Sie steht Ihnen nicht offen. Diese Seite ist wieder frei, wenn jene Sitzung beendet ist.
live-forgotten = Wurde sie vergessen?
    .more = Seit einiger Zeit hat sie niemand benutzt, oder sie dient der Übung. Wenn niemand darin behandelt wird, können Sie sie beenden, damit eine andere beginnen kann. Ihre Akte bleibt bei der Person, die sie aufgezeichnet hat, und hält fest, dass Sie sie beendet haben.
live-forgotten-end = Jene Sitzung beenden
live-unlock = Entsperren
live-noscript = Diese Seite folgt der Sitzung hier nicht von selbst, weil Skripte ausgeschaltet sind: Sie ist so alt, wie ihre Uhrzeit sagt. Laden Sie sie neu, um den jetzigen Stand zu sehen.
live-lost = Verbindung verloren.
live-lost-since = Was Sie sehen, ist alt. Die Station zeichnet weiter auf. Zuletzt gehört um
live-failed = Keine Antwort der Station. Sehen Sie nach, ob es festgehalten wurde, bevor Sie es noch einmal angeben.
live-recording = Aufzeichnung läuft
live-paused = Pause, Aufzeichnung läuft
live-ending = Wird beendet
live-while-paused = Während der Pause gegeben:

# Kennzeichen.
live-marks = Kennzeichen dieser Sitzung
live-mark-simulated = SIMULIERT
live-mark-typed = VON HAND
live-mark-partly-typed = TEILWEISE VON HAND
live-mark-no-limits = OHNE GRENZWERTE
live-mark-example-unapproved = BEISPIEL, NICHT FREIGEGEBEN
live-mark-protocol-unapproved = PROTOKOLL NICHT FREIGEGEBEN
live-mark-not-asked = NICHT BEFRAGT
live-mark-has-overrides = MIT AUSNAHMEN
live-mark-unverified-driver = TREIBER UNGEPRÜFT
live-mark-caution = VORSICHT

# Alarme.
live-alarms = Alarme
live-alarm-none = Kein Alarm
live-alarm-list = Liste
live-priority-high = HOCH
live-priority-medium = MITTEL
live-priority-low = NIEDRIG
live-alarm-since = seit { $at }
live-alarm-over = vorbei, begann bei { $at }
live-alarm-seen = quittiert von { $by } bei { $at }
live-alarm-locked = Ein Alarm zur behandelten Person. Zum Lesen entsperren.
live-acknowledge = Quittieren
live-alarms-new = { $count } neu
live-alarms-more = { $count ->
    [one] 1 weiterer
   *[other] { $count } weitere
}

# Geräte und Werte.
live-link-waiting = wartet auf den Anschluss
live-link-connected = verbunden
live-link-lost = VERLOREN
live-link-lost-since = VERLOREN seit { $lasted }
live-link-silent = STUMM
live-link-silent-since = STUMM seit { $lasted }
live-link-ended = am Gerät beendet
live-link-typed = von Hand eingetippt
live-ago = letzter Wert vor { $ago }
live-ago-typed = letzte Zeile vor { $ago }
live-at-least = mindestens
live-of-all = alle Geräte
live-figure-injections = Injektionen
live-figure-volume = Volumen
live-figure-depth = Letzte Tiefe
live-figure-depth_stated = Tiefe, angegeben
live-figure-current = Strom
live-figure-current_set = Eingestellt
live-figure-charge = Ladung
live-figure-level = Stufe
live-figure-time_left = Restzeit
live-figure-voltage = Spannung
live-figure-impedance = Impedanz
live-figure-depth_set = Tiefe, eingestellt
live-figure-pulses = Pulse
live-figure-pulse_voltage = Letzter Puls
live-figure-pulse_voltage_set = Eingestellt
live-figure-field_strength = Feld
live-figure-total_load = Last
live-figure-time_constant = Zeitkonstante
live-figure-none = Noch keine Behandlung

# Dosen.
live-doses = Dosis und Grenzwerte
live-no-limits = Kein Behandlungsprotokoll: Nichts wird geprüft
live-no-bars = Noch gilt kein Grenzwert für eine Summe.
live-channel-volume_total = Volumen
live-channel-injection_count = Injektionen
live-channel-charge_dose = Ladung
live-channel-duration = Zeit
live-scope-session = Sitzung
live-scope-zone = diese Zone
live-dose = { $given } von { $top } { $unit }
live-dose-at-least = mindestens { $given } von { $top } { $unit }
live-not-evaluable = NICHT BEWERTBAR
live-verdict-within = innerhalb
live-verdict-warning = über dem Warnwert
live-verdict-exceeded = ÜBER DEM GRENZWERT
live-verdict-not-evaluable = nicht zu beurteilen

# Zonen.
live-zone = Zone
live-zone-none = Keine Zone
live-zone-change = Zone wechseln
live-zone-choose = Welche Zone wird jetzt behandelt?
live-zone-excluded = Diese Zone ist ausgeschlossen
live-zones-planned = Geplant
live-zones-others = Andere Zonen
live-zones-map = Körperkarte
live-in-use = in Gebrauch
live-excluded = ausgeschlossen

# Spritze.
live-syringe = Spritze
live-product = Produkt
live-syringe-none = Es wurde keine Spritze vorbereitet.
live-syringe-choose = Welche Spritze wird jetzt benutzt?
live-left = noch { $left } von { $prepared } mL
live-left-at-most = höchstens noch { $left } von { $prepared } mL
live-left-unknown = Wie viel noch da ist, ist nicht bekannt
live-left-below = Es kam mehr heraus, als darin war

# Notizen und Ereignisse.
live-happened = Zuletzt angegeben
live-happened-none = Noch nichts.
live-happened-note = Notiz
live-happened-paused = Pause
live-happened-resumed = Fortgesetzt
live-happened-screening = Kontraindikation
live-note = Notiz
live-note-own = Eigene Worte
live-note-keep = Notiz festhalten
live-note-comfortable = Die behandelte Person fühlt sich wohl
live-note-redness = Leichte Rötung
live-note-cooled = Haut gekühlt
live-note-photographed = Foto gemacht
live-note-product-change = Produkt gewechselt
live-note-asked-to-stop = Um eine Unterbrechung gebeten
live-event = Ereignis
live-event-words = Näheres dazu
live-event-contact-lost = Kontakt verloren
live-event-needle-changed = Nadel gewechselt
live-event-pain = Schmerz
live-event-reaction = Reaktion
live-event-equipment = Gerät
live-event-other = Anderes (bitte angeben)
live-learned = Kontraindikation
live-learned-title = Kontraindikation, jetzt erfahren
live-learned-about = Was Sie hier angeben, hält von sich aus nichts an: Es wird festgehalten und löst einen Alarm aus, wenn es ein Ausschlussgrund ist.
live-learned-detail = Was gesagt wurde

# Was eingetippt wird.
live-type = Eintippen, was das Gerät zeigt
live-type-read = Prüfen
live-type-keep = Behalten
live-type-drop = Verwerfen
live-type-again = Noch einmal dasselbe
live-type-means = Das bedeutet:
live-type-confirm = Noch einmal senden, um es zu behalten.
live-type-kept = Behalten:
live-type-waiting = Angenommen, aber noch nicht sicher auf der Platte:
live-type-nothing = Diese Zeile sagt nichts.
live-type-dropped = Verworfen: nichts wurde behalten.
live-type-hint = Was eine Zeile bedeutet, wird zuerst angezeigt. Sie zählt, wenn sie noch einmal gesendet wird.
live-type-words = Was eingetippt werden kann

# Pause und Ende.
live-actions = Was Sie angeben können
live-pause = Pause
live-resume = Fortsetzen
live-end = Beenden
live-end-title = Sitzung beenden?
live-end-about = Die Aufzeichnung endet, und die Akte wird geschlossen. Sie kann später ergänzt und berichtigt werden.
live-end-devices = Geräte werden dadurch nicht gestoppt. Stoppen Sie sie am Gerät selbst.
live-end-confirm = Aufzeichnung beenden
live-end-go-on = Weiter aufzeichnen
live-close = Schließen
live-back = Zurück zur Sitzung

# Der Verlauf, und was gesichert ist.
live-chart = Die letzten fünf Minuten
live-chart-none = Noch wurde nichts gemessen, das sich zeichnen lässt.
live-chart-across = Zeit seit Beginn, min:s
live-chart-depth = Tiefe
live-chart-volume = Volumen einer Injektion
live-chart-current = Strom
live-chart-level = Stufe
live-chart-measured = gemessen
live-chart-set = eingestellt
live-chart-gap = keine Daten
live-chart-hard = Grenzwert { $value } { $unit }
live-chart-soft = Warnwert { $value } { $unit }
live-chart-described = { $what }: { $count ->
    [one] ein Wert
   *[other] { $count } Werte
} gezeichnet.
live-gaps = { $count ->
    [one] Eine Lücke
   *[other] { $count } Lücken
}
live-gaps-open = { $count } jetzt offen
live-gaps-none = Keine Lücken
live-bad-frames = { $count ->
    [one] eine unlesbare Meldung
   *[other] { $count } unlesbare Meldungen
}
live-begun = begonnen:
live-safe = { $count } Einträge sicher gespeichert

# Was ein Formular ablehnt.
live-error-zone = Diese Zone gibt es nicht; wählen Sie eine der Liste.
live-error-syringe = Diese Spritze gibt es nicht; wählen Sie eine, die vorbereitet wurde.
live-error-note = Die Notiz ist leer; schreiben Sie etwas.
live-error-event = Dieses Ereignis gibt es nicht; wählen Sie eines der Liste.
live-error-other = Schreiben Sie, was geschah, und wählen Sie dann „Anderes“.
live-error-question = Diese Frage gibt es nicht; wählen Sie eine der Liste.
live-error-alarm = Diesen Alarm gibt es nicht; sehen Sie in der Liste nach.
live-error-over = Die Sitzung dieser Seite läuft nicht mehr; nichts wurde festgehalten.
live-error-long = Schreiben Sie höchstens { $most } Zeichen.
live-error-line = Unsichtbare Zeichen gefunden; tippen Sie die Zeile neu.
