# Programs that are told of what happens to sessions.
admin-section-webhooks = Webhooks
    .more = Programme, die erfahren, wenn eine Sitzung abgeschlossen ist
webhooks-more = Ein Programm unter einer dieser Adressen erfährt, wenn mit einer Sitzung etwas geschieht. Gesendet werden die Kennungen von Sitzung und Eintrag und nichts von einer Patientin oder einem Patienten. Was misslingt, wird sieben Tage lang wieder versucht.
webhooks-secret = Das Geheimnis, nur dieses eine Mal
webhooks-secret-more = Der Empfänger prüft damit, dass die Nachricht von dieser Station kommt. Kopieren Sie es jetzt; es lässt sich nicht noch einmal anzeigen.
webhooks-none = Noch erfährt niemand etwas.
webhooks-line = von { $by }, { $at }
webhooks-waiting = { $count ->
    [0] nichts wartet
    [one] eine Nachricht wartet
   *[other] { $count } Nachrichten warten
}
webhooks-add = Hinzufügen
webhooks-url = Adresse
webhooks-url-hint = https://, oder http:// für ein Programm auf diesem Rechner
webhooks-events = Erfährt von
webhooks-no-event = Wählen Sie mindestens eines.
webhooks-remove = Entfernen
webhooks-session-opened = Sitzung eröffnet
webhooks-session-closed = Sitzung abgeschlossen
webhooks-session-amended = Sitzung berichtigt
webhooks-session-signed = Sitzung unterzeichnet
webhooks-state-delivered = zugestellt
webhooks-state-waiting = wartet auf den nächsten Versuch
webhooks-state-sending = begonnen, ohne Antwort
webhooks-state-refused = aufgegeben
webhooks-state-cancelled = zurückgenommen
