# La seduta in corso.
live-title = Seduta in corso
live-none = Nessuna seduta è in registrazione
    .more = Questa pagina mostra la seduta appena ne inizia una.
live-open = Nuova seduta
live-anothers = È in registrazione la seduta di un altro operatore
    .more = Non ti è accessibile. Questa pagina torna libera quando quella seduta è finita.
live-forgotten = È stata dimenticata?
    .more = Da un po’ nessuno la usa, oppure è una seduta di esercizio. Se non vi si tratta nessuno, puoi terminarla perché ne cominci un’altra. La cartella resta a chi l’ha registrata e riporta che l’hai terminata tu.
live-forgotten-end = Termina quella seduta
live-unlock = Sblocca
live-noscript = Questa pagina qui non segue la seduta da sola, perché gli script sono disattivati: è vecchia quanto dice la sua ora. Ricaricala per vedere lo stato presente.
live-lost = Connessione persa.
live-lost-since = Quello che vedi è vecchio. La stazione continua a registrare. Ultimo segnale alle
live-failed = Nessuna risposta dalla stazione. Controlla se è stato registrato prima di indicarlo di nuovo.
live-recording = Registrazione
live-paused = In pausa, registrazione
live-ending = In chiusura
live-while-paused = Somministrato durante la pausa:

# Contrassegni.
live-marks = Contrassegni di questa seduta
live-mark-simulated = SIMULATA
live-mark-typed = DIGITATA
live-mark-partly-typed = DIGITATA IN PARTE
live-mark-no-limits = SENZA LIMITI
live-mark-example-unapproved = ESEMPIO NON APPROVATO
live-mark-protocol-unapproved = PROTOCOLLO NON APPROVATO
live-mark-not-asked = NON CHIESTO
live-mark-has-overrides = CON DEROGHE
live-mark-unverified-driver = DRIVER NON VERIFICATO
live-mark-caution = CAUTELA

# Allarmi.
live-alarms = Allarmi
live-alarm-none = Nessun allarme
live-alarm-list = Elenco
live-priority-high = ALTA
live-priority-medium = MEDIA
live-priority-low = BASSA
live-alarm-since = da { $at }
live-alarm-over = finito, iniziato a { $at }
live-alarm-seen = riconosciuto da { $by } a { $at }
live-alarm-locked = Un allarme sulla persona trattata. Sblocca per leggerlo.
live-acknowledge = Riconosci
live-alarms-new = { $count ->
    [one] { $count } nuovo
   *[other] { $count } nuovi
}
live-alarms-more = { $count ->
    [one] 1 altro
   *[other] altri { $count }
}

# Apparecchi e valori.
live-link-waiting = in attesa della porta
live-link-connected = collegato
live-link-lost = PERSO
live-link-lost-since = PERSO da { $lasted }
live-link-silent = MUTO
live-link-silent-since = MUTO da { $lasted }
live-link-ended = terminato all’apparecchio
live-link-typed = digitato a mano
live-ago = ultimo valore { $ago } fa
live-ago-typed = ultima riga { $ago } fa
live-at-least = almeno
live-of-all = tutti i dispositivi
live-figure-injections = Iniezioni
live-figure-volume = Volume
live-figure-depth = Ultima profondità
live-figure-depth_stated = Profondità, dichiarata
live-figure-current = Corrente
live-figure-current_set = Impostata
live-figure-charge = Carica
live-figure-level = Livello
live-figure-time_left = Tempo rimasto
live-figure-voltage = Tensione
live-figure-impedance = Impedenza
live-figure-depth_set = Profondità impostata
live-figure-pulses = Impulsi
live-figure-pulse_voltage = Ultimo impulso
live-figure-pulse_voltage_set = Impostato
live-figure-field_strength = Campo
live-figure-total_load = Carico
live-figure-time_constant = Costante di tempo
live-figure-none = Ancora nessun trattamento

# Dosi.
live-doses = Dose e limiti
live-no-limits = Nessun protocollo di trattamento: nulla viene verificato
live-no-bars = Ancora nessun limite su un totale.
live-channel-volume_total = Volume
live-channel-injection_count = Iniezioni
live-channel-charge_dose = Carica
live-channel-duration = Tempo
live-scope-session = seduta
live-scope-zone = questa zona
live-dose = { $given } di { $top } { $unit }
live-dose-at-least = almeno { $given } di { $top } { $unit }
live-not-evaluable = NON VALUTABILE
live-verdict-within = entro i limiti
live-verdict-warning = oltre la soglia di avviso
live-verdict-exceeded = OLTRE IL LIMITE
live-verdict-not-evaluable = non valutabile

# Zone.
live-zone = Zona
live-zone-none = Nessuna zona
live-zone-change = Cambia zona
live-zone-choose = Quale zona si tratta ora?
live-zone-excluded = Questa zona è esclusa
live-zones-planned = Previste
live-zones-others = Altre zone
live-zones-map = Mappa del corpo
live-in-use = in uso
live-excluded = esclusa

# Siringa.
live-syringe = Siringa
live-product = Prodotto
live-syringe-none = Nessuna siringa preparata.
live-syringe-choose = Quale siringa si usa ora?
live-left = restano { $left } di { $prepared } mL
live-left-at-most = restano al massimo { $left } di { $prepared } mL
live-left-unknown = Quanto resta non è noto
live-left-below = Ne è uscito più di quanto conteneva

# Note ed eventi.
live-happened = Ultime dichiarazioni
live-happened-none = Ancora nulla.
live-happened-note = Nota
live-happened-paused = Pausa
live-happened-resumed = Ripresa
live-happened-screening = Controindicazione
live-note = Nota
live-note-own = Parole tue
live-note-keep = Conserva la nota
live-note-comfortable = La persona trattata è a suo agio
live-note-redness = Leggero rossore
live-note-cooled = Pelle raffreddata
live-note-photographed = Fotografia scattata
live-note-product-change = Prodotto cambiato
live-note-asked-to-stop = È stata chiesta una sosta
live-event = Evento
live-event-words = Altri dettagli
live-event-contact-lost = Contatto perso
live-event-needle-changed = Ago cambiato
live-event-pain = Dolore
live-event-reaction = Reazione
live-event-equipment = Apparecchiatura
live-event-other = Altro (specifica)
live-learned = Controindicazione
live-learned-title = Controindicazione segnalata ora
live-learned-about = Ciò che indichi qui non ferma nulla da solo: viene conservato, e scatta un allarme se è un motivo di arresto.
live-learned-detail = Che cosa è stato detto

# Ciò che si digita.
live-type = Digitare ciò che l’apparecchio mostra
live-type-read = Rileggi
live-type-keep = Conserva
live-type-drop = Scarta
live-type-again = Di nuovo lo stesso
live-type-means = Significa:
live-type-confirm = Invia ancora per conservarla.
live-type-kept = Conservato:
live-type-waiting = Ricevuto, ma non ancora al sicuro sul disco:
live-type-nothing = Questa riga non dice nulla.
live-type-dropped = Scartato: nulla è stato conservato.
live-type-hint = Ciò che una riga significa viene prima mostrato. Conta quando viene inviata ancora una volta.
live-type-words = Che cosa si può digitare

# Pausa e fine.
live-actions = Che cosa puoi dichiarare
live-pause = Pausa
live-resume = Riprendi
live-end = Termina
live-end-title = Terminare la seduta?
live-end-about = La registrazione termina e la sua cartella si chiude. Si potrà completare e rettificare in seguito.
live-end-devices = Gli apparecchi non vengono fermati da questo. Fermali sull’apparecchio stesso.
live-end-confirm = Termina la registrazione
live-end-go-on = Continua a registrare
live-close = Chiudi
live-back = Torna alla seduta

# Il grafico, e che cosa è al sicuro.
live-chart = Gli ultimi cinque minuti
live-chart-none = Ancora nulla di misurato da disegnare.
live-chart-across = tempo dall’inizio, min:s
live-chart-depth = profondità
live-chart-volume = volume di un’iniezione
live-chart-current = corrente
live-chart-level = livello
live-chart-measured = misurata
live-chart-set = impostata
live-chart-gap = senza dati
live-chart-hard = limite { $value } { $unit }
live-chart-soft = soglia di avviso { $value } { $unit }
live-chart-described = { $what }: { $count ->
    [one] un valore disegnato
   *[other] { $count } valori disegnati
}.
live-gaps = { $count ->
    [one] Una lacuna
   *[other] { $count } lacune
}
live-gaps-open = { $count } in corso
live-gaps-none = Nessuna lacuna
live-bad-frames = { $count ->
    [one] un messaggio illeggibile
   *[other] { $count } messaggi illeggibili
}
live-begun = iniziata:
live-safe = { $count } voci al sicuro su disco

# Che cosa rifiuta un modulo.
live-error-zone = Questa zona non esiste; scegline una dall’elenco.
live-error-syringe = Questa siringa non esiste; scegline una preparata.
live-error-note = La nota è vuota; scrivi qualche parola.
live-error-event = Questo evento non esiste; scegline uno dall’elenco.
live-error-other = Scrivi che cosa è successo, poi scegli «Altro».
live-error-question = Questa domanda non esiste; scegline una dall’elenco.
live-error-alarm = Questo allarme non esiste; guarda di nuovo l’elenco.
live-error-over = La seduta di questa pagina non è più in corso; nulla è stato annotato.
live-error-long = Scrivi al massimo { $most } caratteri.
live-error-line = Trovati caratteri invisibili; digita la riga di nuovo.
