# Programs that are told of what happens to sessions.
admin-section-webhooks = Webhook
    .more = Programmi avvisati della chiusura di una seduta
webhooks-more = Un programma a uno di questi indirizzi viene avvisato quando accade qualcosa a una seduta. Riceve gli identificativi della seduta e della voce, e nulla di un paziente. Ciò che non riesce viene ritentato per sette giorni.
webhooks-secret = Il segreto, mostrato solo questa volta
webhooks-secret-more = Il destinatario verifica con esso che il messaggio venga da questa stazione. Copialo adesso; non può essere mostrato di nuovo.
webhooks-none = Nessuno viene ancora avvisato.
webhooks-line = di { $by }, { $at }
webhooks-waiting = { $count ->
    [0] nulla in attesa
    [one] un messaggio in attesa
   *[other] { $count } messaggi in attesa
}
webhooks-add = Aggiungi
webhooks-url = Indirizzo
webhooks-url-hint = https://, oppure http:// per un programma su questo computer
webhooks-events = Avvisato di
webhooks-no-event = Scegline almeno uno.
webhooks-remove = Rimuovi
webhooks-session-opened = seduta aperta
webhooks-session-closed = seduta chiusa
webhooks-session-amended = seduta rettificata
webhooks-session-signed = seduta firmata
webhooks-state-delivered = consegnato
webhooks-state-waiting = attende il prossimo tentativo
webhooks-state-sending = iniziato, senza risposta
webhooks-state-refused = abbandonato
webhooks-state-cancelled = annullato
