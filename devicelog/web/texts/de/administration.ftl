# Verwaltung, ohne Personen und Zugangsschlüssel.
admin-attention = Was Aufmerksamkeit braucht
admin-attention-none = Im Augenblick nichts.
admin-attention-no-backups = Es wurde kein Ordner für Sicherungen gewählt: Von dieser Station gibt es keine Sicherung.
admin-attention-no-backup = Im gewählten Ordner gibt es noch keine Sicherung.
admin-attention-backup-bad = Die letzte Sicherung ist nicht einwandfrei.
admin-attention-backup-old = Die letzte Sicherung ist vom { $at }.
admin-attention-unapproved = { $count ->
    [one] Das Behandlungsprotokoll { $name } wurde in einer der letzten Sitzungen verwendet, und niemand hat es freigegeben.
   *[other] Das Behandlungsprotokoll { $name } wurde in { $count } der letzten Sitzungen verwendet, und niemand hat es freigegeben.
}
admin-attention-certificate = Das Zertifikat der Station endet am { $at }: Halten Sie ein neues bereit und starten Sie die Station neu; danach lehnen Tablets es ab.
admin-attention-key-old = Der Schlüssel, der siegelt, gilt seit { $at }.
admin-attention-refused = { $count ->
    [one] Eine Zustellung wurde vom Empfänger abgelehnt.
   *[other] { $count } Zustellungen wurden von ihren Empfängern abgelehnt.
}
admin-attention-waiting = { $count ->
    [one] Eine Zustellung wartet.
   *[other] { $count } Zustellungen warten.
}
admin-sections = Alles Weitere
admin-section-people = Personen
    .more = Konten und Rollen
admin-section-tokens = Zugänge für Programme
    .more = Programme, die diese Station befragen dürfen
admin-section-protocols = Behandlungsprotokolle
    .more = Grenzwerte mit Quellen; freigeben, ableiten, vergleichen
admin-section-backups = Sicherungen
    .more = Anlegen, prüfen, Schlüssel getrennt aufbewahren
admin-section-keys = Schlüssel
    .more = Womit gesiegelt wird, und die Zeugen davon
admin-section-accesses = Zugriffe
    .more = Wer was gelesen oder exportiert hat
admin-section-retention = Aufbewahrung
    .more = Wie lange Akten bleiben; eine Person löschen
admin-section-outbox = Postausgang
    .more = Was noch zuzustellen ist
admin-section-doctor = Dieser Rechner
    .more = Was eine Aufzeichnung verderben könnte; Ablage prüfen

admin-grade-bad = Schlecht
admin-grade-care = Vorsicht
admin-grade-unchecked = Selbst prüfen
admin-grade-good = Gut
admin-reason = Grund

admin-proof-password = Ihr Passwort
admin-proof-hint = Wird noch einmal verlangt, weil dieser Schritt Gewicht hat.
admin-proof-code = Code Ihres Authenticators
admin-proof-wrong = Das stimmt nicht. Geben Sie Ihr Passwort und, falls Sie einen haben, den Code neu ein.
admin-proof-code-needed = Auch der Code Ihres Authenticators wird gebraucht.
admin-proof-set-up-needed = Dafür ist ein zweiter Faktor nötig. Richten Sie ihn zuerst in Ihrem Konto ein.
admin-proof-wait = Zu viele Versuche. Versuchen Sie es wieder in { $seconds ->
    [one] einer Sekunde
   *[other] { $seconds } Sekunden
}.

admin-chore-backup = Sicherung
admin-chore-backup-check = Prüfung einer Sicherung
admin-chore-verify = Prüfung der Ablage
admin-chore-deliver = Zustellungen
admin-chore-since = seit { $at } UTC, von { $by }
admin-chore-ended = beendet { $at }, begonnen von { $by }
admin-chore-session = Eine Sitzung wird aufgezeichnet, und die geht vor. Wenn sie zu Ende ist, ist dies wieder möglich.
admin-holds = Einwandfrei: { $sessions ->
    [one] eine Sitzung
   *[other] { $sessions } Sitzungen
}, { $entries ->
    [one] ein Eintrag
   *[other] { $entries } Einträge
}.
admin-holds-not = Nicht einwandfrei

admin-protocols-more = Jedes Behandlungsprotokoll, das mit devicelog geliefert wird, ist ein Beispiel und kein klinischer Rat. Für die Praxis gilt es, wenn es jemand namentlich freigibt.
admin-protocol-version = Version { $version }
admin-protocol-approved = Freigegeben von { $by }, { $at }
admin-protocol-nobody = Von niemandem freigegeben
admin-protocol-nobody-more = Sitzungen können damit aufgezeichnet werden; sie weisen darauf hin.
admin-protocol-own = Eigenes Protokoll der Praxis
admin-protocol-example = Ein Beispiel, das mit devicelog geliefert wird
admin-protocol-overlays = Auflagen
admin-protocol-overlay-none = ohne
admin-protocol-name = Name
admin-protocol-version-head = Version
admin-protocol-for = Für
admin-protocol-kind = Herkunft
admin-protocol-derived = Abgeleitet von
admin-protocol-changed = Der Text hat sich geändert, seit diese Seite geöffnet wurde. Lesen Sie ihn noch einmal, und geben Sie ihn dann frei.
admin-protocol-not-approved = Diese Version hat niemand freigegeben; es gibt nichts zurückzunehmen.
admin-protocol-notes = { $count ->
    [one] Ein Punkt, den man ansehen sollte
   *[other] { $count } Punkte, die man ansehen sollte
}
admin-protocol-history = Bisherige Freigaben
admin-protocol-withdrawn = zurückgenommen von { $by }, { $at }:
admin-protocol-see = Text ansehen
admin-limits = Grenzwerte
admin-limits-excluded = Ausgeschlossene Zonen
admin-limit = Grenzwert
admin-limit-soft = Warnt
admin-limit-hard = Alarmiert
admin-limit-sources = Quellen
admin-limit-max = über
admin-limit-min = unter
admin-limit-overlay = strenger durch die Auflage
admin-limit-documented = nur zur Dokumentation: Kein Gerät meldet es
admin-grade-of-source-H = Gesetz oder Zulassung
admin-grade-of-source-M = Veröffentlichung oder Handbuch
admin-grade-of-source-L = Seite einer Praxis
admin-grade-of-source-G = allgemeines Wissen
admin-grade-of-source-E = eigene Festlegung
admin-approve = Diese Version freigeben
admin-approve-more = Sie geben es als { $name } für diese Praxis frei. Die Freigabe wird gesiegelt und mit dem ganzen Text aufbewahrt, und Sitzungen nennen sie.
admin-approve-role = Ihre Funktion
admin-approve-role-hint = Etwa: ärztliche Leitung
admin-approve-version = Version { $version } freigeben
admin-withdraw = Freigabe zurücknehmen
admin-withdraw-more = Es bleibt lesbar, dass diese Version freigegeben war und wer die Freigabe zurückgenommen hat.
admin-difference = Zwei Versionen vergleichen
admin-difference-first = Die eine
admin-difference-second = Die andere
admin-difference-show = Vergleichen
admin-difference-of = { $first } und { $second }
admin-difference-looser = Die zweite lässt durch, was die erste nicht durchlässt
admin-difference-what = Was
admin-derive = Ein eigenes Protokoll ableiten
admin-derive-of = Abgeleitet von { $name }
admin-derive-more = Eine Kopie mit anderen Grenzwerten. Sie wird geprüft, bevor sie aufbewahrt wird, und gilt erst, wenn jemand sie freigibt.
admin-derive-differs = Worin es abweicht
admin-derive-id = Sein Name
admin-derive-id-hint = Kleinbuchstaben, Ziffern und Bindestriche.
admin-derive-title = Titel
admin-derive-limits-more = Eine Zahl allein gilt in der Einheit neben dem Grenzwert. Ein leeres Feld entfernt den Wert.
admin-derive-source = Quelle dessen, was Sie ändern
admin-derive-source-clinic = Entscheidung der Praxis
admin-derive-grade = Art der Quelle
admin-derive-new-source = Eine neue Quelle
admin-derive-source-key = Kurzname
admin-derive-source-title = Titel der Quelle
admin-derive-source-where = Wo sie zu finden ist
admin-derive-show = Prüfen und den Unterschied zeigen
admin-derive-keep = Aufbewahren
admin-derive-keep-more = Noch ist nichts aufbewahrt.

admin-keys-public = Öffentliche Schlüssel
admin-keys-public-more = Siegel und Exporte werden mit dem geltenden Schlüssel unterschrieben. Geben Sie seinen Fingerabdruck denen, die Exporte erhalten. Ein abgelöster Schlüssel bleibt gültig für das, was er unterschrieben hat.
admin-keys-in-force = gilt
admin-keys-given-up = abgelöst
admin-keys-since = seit { $at }
admin-keys-unused = noch nichts damit unterschrieben
admin-keys-installation = Installation
admin-keys-folder = Die privaten Schlüssel liegen in
admin-keys-statement = Das letzte Siegel, für einen Zeugen
admin-keys-statement-more = Gedruckt oder fotografiert und anderswo aufbewahrt, zeigt es, ob diese Ablage je zurückgesetzt oder neu gesiegelt wurde.
admin-keys-qr = QR-Code des letzten Siegels
admin-keys-unsealed = Noch wurde nichts gesiegelt.
admin-keys-witnesses = Zeugendateien
admin-keys-tell = Die neuesten Siegel hineinschreiben
admin-keys-no-witness = Keine ist angemeldet. Hinzugefügt wird eine auf der Befehlszeile:
admin-keys-rotate = Schlüssel wechseln
admin-keys-rotate-more = Ein neuer Schlüssel entsteht; der alte bestätigt ihn und wird vernichtet. Sichern Sie danach Ablage und Schlüssel, und geben Sie den neuen Fingerabdruck bekannt.
admin-keys-sure = Der alte private Schlüssel soll vernichtet werden
admin-keys-sure-needed = Setzen Sie den Haken, dass der alte Schlüssel vernichtet werden soll.

admin-backups-made = Sicherungen
admin-backups-in = Sie werden aufbewahrt in
admin-backups-no-folder = Wählen Sie zuerst den Ordner, in dem Sicherungen aufbewahrt werden.
admin-backups-none = Noch gibt es keine.
admin-backup-holds = { $sessions ->
    [one] eine Sitzung
   *[other] { $sessions } Sitzungen
}, { $entries ->
    [one] ein Eintrag
   *[other] { $entries } Einträge
}, { $size } MB
admin-backup-check = Prüfen
admin-backup-keep = So viele werden aufbewahrt
admin-backup-keep-hint = Ältere, die einwandfrei sind, werden danach entfernt. Leer: Alle bleiben.
admin-backup-make = Jetzt sichern
admin-backup-restore = Von hier aus wird nichts zurückgespielt. Beenden Sie die Station, und verwenden Sie die Befehlszeile:
admin-backup-folder = Wo Sicherungen aufbewahrt werden
admin-backup-folder-field = Ordner
admin-backup-folder-hint = Sein voller Pfad, auf einer anderen Platte als die Ablage.
admin-backup-folder-choose = Sicherungen dort aufbewahren
admin-backup-keys = Die Schlüssel, getrennt von den Sicherungen
admin-backup-keys-more = Ohne die Schlüssel ist keine Sicherung lesbar, und sie sind in keiner. Sie liegen in
admin-backup-keys-file = Neue Datei
admin-backup-keys-file-hint = Ihr voller Pfad, auf einem anderen Datenträger als die Sicherungen.
admin-backup-passphrase = Passphrase
admin-backup-passphrase-hint = Mehrere Wörter. Ohne sie kann niemand die Datei öffnen.
admin-backup-passphrase-again = Die Passphrase noch einmal
admin-backup-keys-write = Schlüssel in diese Datei schreiben
admin-backup-keys-wrote = Die Schlüssel sind in { $file }. Bewahren Sie sie getrennt von den Sicherungen auf.

admin-accesses-more = Wer eine Akte zeigt oder exportiert, steht hier, mit Zeit und Grund. Niemand kann unbemerkt eine Zeile entfernen.
admin-accesses-whole = { $count ->
    [one] Das Verzeichnis ist, wie es geschrieben wurde: eine Zeile.
   *[other] Das Verzeichnis ist, wie es geschrieben wurde: { $count } Zeilen.
}
admin-accesses-fault = Das Verzeichnis ist nicht, wie es geschrieben wurde.
admin-accesses-filter = Diese zeigen
admin-accesses-all = Alle zeigen
admin-accesses-person = Person
admin-accesses-session = Sitzung
admin-accesses-day = Tag
admin-accesses-number = Nr.
admin-accesses-when = Wann
admin-accesses-who = Wer
admin-accesses-what = Was
admin-accesses-of = Wovon
admin-accesses-why = Warum
admin-accesses-subjects = { $count ->
    [0] niemand
    [one] eine Person
   *[other] { $count } Personen
}
admin-accesses-none = Kein Zugriff passt dazu.
admin-accesses-older = Ältere

admin-doctor-more = Gefunden { $at }. Nichts wurde verändert und kein Anschluss geöffnet.
admin-doctor-again = Jetzt noch einmal nachsehen
admin-doctor-mend = Was zu tun ist:
admin-verify = Ablage prüfen
admin-verify-more = Jeder Eintrag, jede Kette und jedes Siegel wird geprüft. Das kann dauern; eine Sitzung, die inzwischen beginnt, geht vor.
admin-verify-begin = Jetzt alles prüfen

admin-retention-more = Nichts wird je von selbst gelöscht. Hier steht, was nicht mehr aufbewahrt werden muss.
admin-retention-kept = Akten
admin-retention-none = Noch gibt es keine Akten.
admin-retention-line = { $sessions ->
    [one] eine Sitzung
   *[other] { $sessions } Sitzungen
}, letzter Eintrag vom { $last }
admin-retention-minor = damals minderjährig
admin-retention-unknown-age = kein Geburtsdatum bekannt: als erwachsen angenommen
admin-retention-due = seit { $day } nicht mehr aufzubewahren
admin-retention-until = aufzubewahren bis { $day }
admin-retention-rule = Die Regel
admin-retention-rule-now = { $years } Jahre ab dem letzten Eintrag, bei Minderjährigen bis zum { $age }. Geburtstag.
admin-retention-rule-by = Festgelegt von { $by }, { $at }.
admin-retention-rule-usual = Das sind übliche Werte und kein Rat; die eigenen der Praxis hat noch niemand festgelegt.
admin-retention-years = Jahre ab dem letzten Eintrag
admin-retention-minor-until = Bei Minderjährigen mindestens bis zu diesem Geburtstag
admin-retention-set = Diese Regel festlegen
admin-erase = Diese Person löschen
admin-erase-find = Eine Person löschen
admin-erase-reference = Nummer der Person in der Praxis
admin-erase-reference-hint = Sie steht in keiner Adresse einer Seite.
admin-erase-look = Ansehen
admin-erase-who = Person { $name }
admin-erase-ids = Zufällige Kennungen
admin-erase-sessions = Sitzungen
admin-erase-last = Letzter Eintrag
admin-erase-kept = Aufbewahrung
admin-erase-more = Name, Geburtsdatum, Kontakt und alle freien Texte der Sitzungen sind danach für immer unlesbar, denn ihre Schlüssel werden vernichtet. Die Sitzungen bleiben unter der zufälligen Kennung und sind prüfbar wie zuvor. Exporte und Sicherungen der Schlüssel werden von hier aus nicht erreicht.
admin-erase-ground = Rechtsgrund
admin-ground-not-needed = nicht mehr nötig
admin-ground-consent-withdrawn = Einwilligung widerrufen
admin-ground-objection = Widerspruch
admin-ground-unlawful = ohne Recht dazu verarbeitet
admin-ground-legal-duty = ein Gesetz verlangt es
admin-ground-other = anderer
admin-erase-reason-hint = Er bleibt für immer lesbar. Nennen Sie hier nicht den Namen der Person.
admin-erase-requested = Verlangt am
admin-erase-again = Die Nummer der Person noch einmal
admin-erase-again-hint = Damit niemand anderes aus Versehen gelöscht wird.
admin-erase-again-wrong = Das ist nicht die Nummer dieser Person.
admin-erase-now = Für immer löschen
admin-erased = Diese Person wurde gelöscht
admin-erased-by = Entschieden von
admin-erased-more = Entfernen Sie auch Exporte der Sitzungen und frühere Sicherungen der Schlüssel: Sie nennen die Person noch.

admin-outbox-more = Zustellungen, die nicht erledigt sind. Sie gehen von selbst hinaus, wenn sie fällig sind.
admin-outbox-empty = Nichts wartet.
admin-outbox-waiting = wartet
admin-outbox-sending = begonnen, ohne Antwort
admin-outbox-refused = vom Empfänger abgelehnt
admin-outbox-line = Sitzung { $session }, { $tries ->
    [one] ein Versuch
   *[other] { $tries } Versuche
}, aufgegeben von { $by }
admin-outbox-due = fällig { $at }
admin-outbox-cancel = Zurücknehmen
admin-outbox-run = Alle jetzt versuchen
