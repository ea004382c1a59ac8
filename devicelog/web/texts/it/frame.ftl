# Ciò che sta su ogni pagina.
frame-skip = Vai al contenuto
frame-places = Sezioni
frame-running = Registrazione in corso
frame-account = Il tuo account
frame-lock = Blocca questo schermo
frame-log-out = Esci
frame-purpose = Solo registrazione e documentazione; devicelog non avvia, non ferma e non regola alcun apparecchio
frame-language = Lingua

place-live = Seduta
place-open = Nuova seduta
place-sessions = Cartelle
place-devices = Apparecchi
place-administration = Amministrazione

field-optional = (facoltativo)
field-either = (uno dei due)
field-errors = { $count ->
    [one] Un campo va controllato
   *[other] { $count } campi vanno controllati
}

problem-refused = Non ti è consentito
    .more = Il tuo ruolo non lo comprende. Rivolgiti a chi amministra la stazione.
problem-no-page = Questa pagina non esiste
    .more = L’indirizzo può essere vecchio, o ciò che indicava non c’è più.
problem-not-possible = Non è possibile
    .more = Ciò che è stato inviato non si è potuto capire. Torna indietro e riprova.
problem-not-now = Ora non è possibile
    .more = Riprova fra un momento.
problem-fault = devicelog ha commesso un errore
    .more = Nulla di ciò che è stato registrato è perso. Riprova; se succede ancora, avvisa chi si occupa della stazione.
problem-back = All’inizio
