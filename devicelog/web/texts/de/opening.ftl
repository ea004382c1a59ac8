# Eine Sitzung eröffnen: eine Seite je Schritt.
opening-way = Schritte dieser Sitzung
opening-whom = Diese Sitzung gilt
opening-page-subject = Person
opening-page-screening = Befragung
opening-page-consent = Einwilligung
opening-page-products = Produkte
opening-page-device = Gerät und Protokoll
opening-page-ready = Bereit
opening-state-done = erledigt
opening-state-skipped = ausgelassen
opening-state-open = offen

opening-in-progress = Eine Sitzung wird vorbereitet
opening-begun = Begonnen
opening-next-page = Nächste Seite
opening-go-on = Damit weitermachen
opening-another = Stattdessen eine andere Sitzung
opening-drop-more = Was bisher beantwortet wurde, wird gelöscht. Nichts davon wurde aufgezeichnet.
opening-drop = Löschen und eine andere beginnen
opening-another-begin = Eine andere Sitzung vorbereiten

opening-back = Zurück
opening-next = Weiter
opening-kept = Ihre Eingaben bleiben 24 Stunden lang erhalten, bis die Sitzung beginnt.
opening-choose = Wählen Sie eine der Antworten; auch „nicht gefragt“ ist eine.
opening-yes = ja
opening-no = nein
opening-unknown = unbekannt
opening-not-asked = nicht gefragt
opening-not-known = nicht bekannt
opening-by-other = Das hat jemand anderes getan
opening-by = Wer
opening-by-hint = Leer lassen für { $who }.
opening-skip = Diesen Schritt auslassen
opening-skip-why = Warum wird dieser Schritt ausgelassen?
opening-skip-raised = Eine Antwort dieses Schritts ist auffällig; er kann nicht ausgelassen werden. Beantworten Sie den Rest, oder ändern Sie diese Antwort.
opening-reason-hint = In Worten, mindestens zwei, damit es später auch andere verstehen.

opening-stop = STOPP
opening-overridden = AUSNAHME
opening-stops = { $count ->
    [one] Etwas steht dieser Sitzung entgegen
   *[other] { $count } Dinge stehen dieser Sitzung entgegen
}
opening-stops-more = Mit einer Begründung, für die jemand namentlich einsteht, kann die Sitzung trotzdem eröffnet werden. Ohne sie wird sie abgelehnt: Von keinem Gerät wird aufgezeichnet, und die Angaben bleiben erhalten.
opening-override-reason = Warum wird die Sitzung trotzdem eröffnet?
opening-override-by = Wer entscheidet das?
opening-override-specialist = Welche Fachperson wurde vorher gefragt?

opening-number = Die Nummer der Person in der Praxis
opening-number-hint = Eintippen oder scannen.
opening-find = Suchen
opening-known = hier bekannt
opening-new = neu
opening-name = Name
opening-birth-date = Geburtsdatum
opening-others = Diese Person ist hier bekannt und wird von anderen behandelt. Sie sehen, was die Sicherheit verlangt, und nichts aus der Akte.
opening-new-more = Diese Nummer hat hier noch niemand. Die Person wird darunter geführt, sobald die Sitzung beginnt.
opening-who = Wer die Person ist
opening-earlier = Frühere Sitzungen
opening-no-earlier = Keine frühere Sitzung.
opening-family = Art der Behandlung
opening-sessions = Sitzungen
opening-last = Letzte
opening-days = Vor Tagen
opening-no-protocol = ohne Protokoll
opening-simulated = SIMULIERT
opening-other-person = Nicht diese Person
opening-this-person = Diese Person: weiter
opening-treatment = Behandlung
opening-how = Wie gelangt der Wirkstoff in die Haut?
opening-how-hint = Danach richtet sich, was gefragt wird. Am Ende zählt das Protokoll, das Sie später wählen.
opening-modality-injection = Injektion
opening-modality-iontophoresis-dc = Gleichstrom (Iontophorese)
opening-modality-electroporation = Elektroporation
opening-modality-open = Nicht entschieden: alles fragen
opening-place = Ort oder Raum
opening-role = Funktion der behandelnden Person
opening-registration = Registernummer
opening-supervisor = Aufsicht

opening-step-history = Anamnese
opening-history-reviewed = Wurde die Anamnese durchgesehen?
opening-history-text = Was davon ist hier wichtig?
opening-step-screening = Befragung
opening-question = Frage { $number } von { $of }:
opening-until = Bis wann?
opening-until-hint = { $months ->
    [one] Es zählt einen Monat lang nach diesem Tag.
   *[other] Es zählt { $months } Monate lang nach diesem Tag.
}
opening-detail = Was ist darüber bekannt?
opening-severity-stop = STOPP
opening-severity-caution = VORSICHT
opening-severity-ask = HINWEIS
opening-severity-none = HINWEIS
opening-left = { $count ->
    [0] Alle Fragen sind beantwortet.
    [one] Eine Frage ist offen.
   *[other] { $count } Fragen sind offen.
}
opening-rest = Nein zum Rest
opening-rest-hint = Beantwortet jede offene Frage mit Nein, wo ein Nein unauffällig ist. Erst drücken, wenn Sie gefragt haben.

opening-step-consent = Einwilligung
opening-consent-given = Wurde eingewilligt?
opening-consent-form = Formular
opening-consent-version = Fassung des Formulars
opening-consent-on = Tag
opening-consent-taken-by = Eingeholt von
opening-consent-risks = Wurden die Risiken besprochen?
opening-consent-cooling-off = War Zeit zum Überlegen?
opening-consent-photographs = Wurde in Fotografien eingewilligt?
opening-step-patch_test = Hauttest
opening-patch-done = Wurde ein Hauttest gemacht?
opening-patch-product = Produkt
opening-patch-on = Tag
opening-patch-result = Ergebnis
opening-step-consultation = Vorgespräch
opening-consultation-on = Tag des Vorgesprächs
opening-consultation-text = Was wurde besprochen?
opening-consultation-missing = Geben Sie den Tag an oder was besprochen wurde, oder lassen Sie den Schritt mit einer Begründung aus.

opening-step-products = Produkte
opening-product = Produkt { $number }
opening-product-name = Name
opening-product-missing = Geben Sie mindestens ein Produkt an, oder lassen Sie den Schritt mit einer Begründung aus.
opening-maker = Hersteller
opening-scan = Scannen
opening-scan-hint = Scannen Sie den Code auf der Packung. Charge und Verfall werden eingetragen.
opening-read = Lesen
opening-gtin = Artikelnummer { $number }
opening-lot = Charge
opening-printed-hint = Wie aufgedruckt.
opening-expiry = Verfall
opening-expiry-hint = 2027-05-31, oder 2027-05 für einen Monat.
opening-drawn = Aufgezogen
opening-drawn-hint = Etwa 2 mL.
opening-use = Wofür
opening-use-product = Produkt
opening-use-anaesthetic = Betäubung
opening-use-diluent = Verdünnung
opening-ingredients = Inhaltsstoffe
opening-ingredients-hint = Einer je Zeile: hyaluronic acid, 10 mg/mL
opening-add-product = Produkt hinzufügen
opening-remove-product = Produkt { $number } entfernen
opening-syringes = Spritzen
opening-syringe = Spritze { $number }
opening-label = Bezeichnung
opening-label-hint = Etwa linkes Tablett.
opening-part = Von { $who }
opening-part-hint = Etwa 1 mL; leer: nichts davon.
opening-add-syringe = Spritze hinzufügen
opening-remove-syringe = Spritze { $number } entfernen
opening-used-needle = Nadel
opening-used-electrode = Elektrode
opening-what = Was verwendet wird
opening-needle = Nadel
opening-electrode = Elektrode
opening-gauge = Gauge
opening-gauge-hint = Etwa 30.
opening-length = Länge
opening-length-hint = Etwa 4 mm.
opening-needles = Anzahl der Nadeln
opening-needles-hint = Leer: eine.
opening-type = Art
opening-type-hint = Etwa Schwamm.
opening-area = Fläche
opening-area-hint = Etwa 8 cm2.
opening-add-used = Noch etwas hinzufügen
opening-remove-used = Nummer { $number } entfernen

opening-devices = Geräte
opening-device-missing = Wählen Sie mindestens ein Gerät.
opening-device-not-named = Gefunden: { $text }; erwartet: TREIBER@ANSCHLUSS, etwa reference-mesogun@/dev/ttyUSB0. Ein Geräteprofil wird vorher unter Geräte gebunden.
opening-device-no-training = Simulierte Geräte sind für Personen, die üben dürfen.
opening-bound = Gebundene Geräte
opening-bound-none = Kein Gerät ist gebunden. Die Verwaltung bindet sie unter Geräte.
opening-where = jetzt an { $port }
opening-plugged = Auch angeschlossen
opening-not-read = nicht gelesen
opening-hint = die USB-Kennung passt
opening-typed = Ohne Kabel
opening-typed-more = Was ein solches Gerät zeigt, wird auf der Seite der Sitzung eingetippt und ist überall als eingetippt gekennzeichnet.
opening-simulators = Simulatoren, zum Üben
opening-simulators-more = Ein Simulator ist kein Gerät. Die Sitzung wird überall als SIMULIERT gekennzeichnet.
opening-device-other = Ein anderes Gerät
opening-device-named = Gerät mit Namen
opening-device-named-hint = TREIBER@ANSCHLUSS, eines je Zeile.
opening-protocol = Behandlungsprotokoll
opening-protocol-which = Protokoll
opening-protocol-missing = Wählen Sie ein Protokoll oder „keines“.
opening-protocol-none = keines: Nichts wird geprüft
opening-protocol-none-more = Ohne Protokoll wird nichts an einem Grenzwert gemessen. Die Akte weist darauf hin.
opening-look = Anzeigen
opening-approved = FREIGEGEBEN
opening-approved-by = Version { $version }, freigegeben von { $who }
opening-unapproved = Version { $version }. Niemand hier hat dieses Protokoll freigegeben. Es ist ein Beispiel und kein Rat.
opening-overlay = Mit der Auflage { $who }.
opening-limits = { $count ->
    [one] Ein Grenzwert
   *[other] { $count } Grenzwerte
}
opening-limit = Grenzwert
opening-soft = Warnt bei
opening-hard = Alarm bei
opening-electrode-area = Elektrodenfläche
opening-electrode-area-hint = Etwa 8 cm2, wo das Gerät sie nicht angibt.
opening-zones = Geplante Zonen
opening-zones-hint = In der Reihenfolge der Behandlung. Tippen Sie in eine Zeichnung, oder wählen Sie einen Namen.
opening-zones-none = keine Zone ist geplant
opening-zone = Zone
opening-zone-add = Hinzufügen
opening-zone-typed = Zone mit anderem Namen
opening-zone-typed-hint = Nur, wenn sie nicht in der Liste steht.
opening-zone-up = { $who }: früher
opening-zone-remove = { $who }: entfernen
opening-excluded = Dieses Protokoll schließt aus:
opening-drawings = Zeichnungen des Körpers
opening-drawings-hint = Blau: geplant. Rot mit gestricheltem Rand: darf nach diesem Protokoll nicht behandelt werden. Rechts und links sind die der behandelten Person.

opening-problem = Sie kann noch nicht beginnen
opening-changed = Was vorbereitet wird, wurde auf einer anderen Seite geändert, seit diese gezeigt wurde; nichts von ihr wurde übernommen. Sehen Sie es an, wie es jetzt ist, und fahren Sie fort.
opening-problem-more = Alle Ihre Eingaben sind erhalten. Beheben Sie dies, und drücken Sie den Knopf erneut.
opening-busy = Eine Sitzung wird gerade aufgezeichnet. Sie muss enden, bevor diese beginnt.
opening-simulated-more = Diese Sitzung liest einen Simulator und wird überall als SIMULIERT gekennzeichnet.
opening-refused-will = So, wie sie ist, wird die Sitzung abgelehnt: Von keinem Gerät wird aufgezeichnet, und die Angaben bleiben mit den Gründen erhalten.
opening-decide = Auf der Seite „{ $page }“ entscheiden
opening-seen = Was gesehen werden muss
opening-aloud = Was beim Beginn gemeldet wird
opening-nothing = Nichts.
opening-said = Was angegeben wurde
opening-change = Ändern: { $page }
opening-change-short = ändern
opening-left-out = AUSGELASSEN
opening-answered = { $count ->
    [one] eine Frage
   *[other] { $count } Fragen
}
opening-begin = Aufzeichnung beginnen
opening-refuse = Ablehnen und die Angaben behalten
opening-refused = Die Sitzung wurde abgelehnt
opening-refused-more = Sitzung { $session } wurde nicht aufgezeichnet. Die Angaben sind erhalten, mit den Gründen:
opening-refused-see = Ansehen, was erhalten ist
