# Was auf jeder Seite steht.
frame-skip = Zum Inhalt springen
frame-places = Bereiche
frame-running = Aufzeichnung läuft
frame-account = Ihr Konto
frame-lock = Bildschirm sperren
frame-log-out = Abmelden
frame-purpose = Nur Aufzeichnung und Dokumentation; devicelog startet, stoppt und verstellt kein Gerät
frame-language = Sprache

place-live = Sitzung
place-open = Neue Sitzung
place-sessions = Akten
place-devices = Geräte
place-administration = Verwaltung

field-optional = (freiwillig)
field-either = (eines von beiden)
field-errors = { $count ->
    [one] Ein Feld muss geprüft werden
   *[other] { $count } Felder müssen geprüft werden
}

problem-refused = Das steht Ihnen nicht offen
    .more = Ihre Rolle umfasst es nicht. Wenden Sie sich an die Verwaltung der Station.
problem-no-page = Diese Seite gibt es nicht
    .more = Die Adresse ist vielleicht veraltet, oder was sie nannte, ist nicht mehr da.
problem-not-possible = Das ist nicht möglich
    .more = Was gesendet wurde, war nicht zu verstehen. Gehen Sie zurück, und versuchen Sie es erneut.
problem-not-now = Das ist jetzt nicht möglich
    .more = Versuchen Sie es gleich noch einmal.
problem-fault = devicelog hat einen Fehler gemacht
    .more = Nichts Aufgezeichnetes ist verloren. Versuchen Sie es erneut; tritt es wieder auf, melden Sie es der Betreuung der Station.
problem-back = Zum Anfang
