# Amministrazione, senza persone e token.
admin-attention = Che cosa richiede attenzione
admin-attention-none = Nulla in questo momento.
admin-attention-no-backups = Nessuna cartella per le copie è stata scelta: di questa stazione non esiste alcuna copia.
admin-attention-no-backup = Nella cartella scelta non c’è ancora alcuna copia.
admin-attention-backup-bad = L’ultima copia non è integra.
admin-attention-backup-old = L’ultima copia è del { $at }.
admin-attention-unapproved = { $count ->
    [one] Il protocollo di trattamento { $name } è stato usato in una delle ultime sedute, e nessuno lo ha approvato.
   *[other] Il protocollo di trattamento { $name } è stato usato in { $count } delle ultime sedute, e nessuno lo ha approvato.
}
admin-attention-certificate = Il certificato della stazione scade il { $at }: preparane un altro e riavvia la stazione; da allora i tablet lo rifiuteranno.
admin-attention-key-old = La chiave che firma è in vigore dal { $at }.
admin-attention-refused = { $count ->
    [one] Una consegna è stata rifiutata dal destinatario.
   *[other] { $count } consegne sono state rifiutate dal destinatario.
}
admin-attention-waiting = { $count ->
    [one] Una consegna attende.
   *[other] { $count } consegne attendono.
}
admin-sections = Tutto il resto
admin-section-people = Persone
    .more = Account e ruoli
admin-section-tokens = Token di servizio
    .more = Programmi che possono interrogare questa stazione
admin-section-protocols = Protocolli di trattamento
    .more = Limiti con le loro fonti; approva, deriva, confronta
admin-section-backups = Copie di sicurezza
    .more = Farne una, verificarne una, tenere le chiavi a parte
admin-section-keys = Chiavi
    .more = Ciò che firma, e i suoi testimoni
admin-section-accesses = Accessi
    .more = Chi ha letto o esportato che cosa
admin-section-retention = Conservazione
    .more = Per quanto si conservano le cartelle; cancellare una persona
admin-section-outbox = Posta in uscita
    .more = Ciò che resta da consegnare
admin-section-doctor = Questo computer
    .more = Che cosa potrebbe rovinare una registrazione; verificare l’archivio

admin-grade-bad = Male
admin-grade-care = Attenzione
admin-grade-unchecked = Da controllare di persona
admin-grade-good = Bene
admin-reason = Motivo

admin-proof-password = La tua password
admin-proof-hint = Richiesta di nuovo, perché è un atto importante.
admin-proof-code = Codice della tua app di autenticazione
admin-proof-wrong = Non è corretto. Inserisci di nuovo la password e, se ne hai uno, il codice.
admin-proof-code-needed = Serve anche il codice della tua app di autenticazione.
admin-proof-set-up-needed = Serve un secondo fattore. Configuralo prima nel tuo account.
admin-proof-wait = Troppi tentativi. Riprova fra { $seconds ->
    [one] un secondo
   *[other] { $seconds } secondi
}.

admin-chore-backup = Copia di sicurezza
admin-chore-backup-check = Verifica di una copia
admin-chore-verify = Verifica dell’archivio
admin-chore-deliver = Consegne
admin-chore-since = dalle { $at } UTC, da { $by }
admin-chore-ended = terminata { $at }, cominciata da { $by }
admin-chore-session = È in registrazione una seduta, che ha la precedenza. Sarà di nuovo possibile quando sarà finita.
admin-holds = Integro: { $sessions ->
    [one] una seduta
   *[other] { $sessions } sedute
}, { $entries ->
    [one] una voce
   *[other] { $entries } voci
}.
admin-holds-not = Non integro

admin-protocols-more = Ogni protocollo fornito con devicelog è un esempio e non un consiglio clinico. Vale per lo studio quando qualcuno lo approva per nome.
admin-protocol-version = versione { $version }
admin-protocol-approved = Approvato da { $by }, { $at }
admin-protocol-nobody = Approvato da nessuno
admin-protocol-nobody-more = Si può usare per registrare sedute; le sedute lo segnalano.
admin-protocol-own = Protocollo dello studio
admin-protocol-example = Un esempio fornito con devicelog
admin-protocol-overlays = Varianti più severe
admin-protocol-overlay-none = senza
admin-protocol-name = Nome
admin-protocol-version-head = Versione
admin-protocol-for = Per
admin-protocol-kind = Origine
admin-protocol-derived = Derivato da
admin-protocol-changed = Il testo è cambiato da quando questa pagina è stata aperta. Rileggilo, poi approvalo.
admin-protocol-not-approved = Nessuno ha approvato questa versione: non c’è nulla da ritirare.
admin-protocol-notes = { $count ->
    [one] Un punto da guardare
   *[other] { $count } punti da guardare
}
admin-protocol-history = Approvazioni finora
admin-protocol-withdrawn = ritirata da { $by }, { $at }:
admin-protocol-see = Vedi il testo
admin-limits = Limiti
admin-limits-excluded = Zone escluse
admin-limit = Limite
admin-limit-soft = Avverte
admin-limit-hard = Dà l’allarme
admin-limit-sources = Fonti
admin-limit-max = oltre
admin-limit-min = sotto
admin-limit-overlay = più severo per la variante
admin-limit-documented = solo per documentazione: nessun apparecchio lo riferisce
admin-grade-of-source-H = legge o autorizzazione
admin-grade-of-source-M = pubblicazione o manuale
admin-grade-of-source-L = pagina di uno studio
admin-grade-of-source-G = conoscenza generale
admin-grade-of-source-E = scelta propria
admin-approve = Approva questa versione
admin-approve-more = La approvi come { $name }, per questo studio. L’approvazione è firmata e conservata con tutto il testo, e le sedute la citano.
admin-approve-role = La tua funzione
admin-approve-role-hint = Per esempio: direzione sanitaria
admin-approve-version = Approva la versione { $version }
admin-withdraw = Ritira l’approvazione
admin-withdraw-more = Resta leggibile che questa versione era approvata, e chi l’ha ritirata.
admin-difference = Confronta due versioni
admin-difference-first = L’una
admin-difference-second = L’altra
admin-difference-show = Confronta
admin-difference-of = { $first } e { $second }
admin-difference-looser = La seconda lascia passare ciò che la prima non lascia passare
admin-difference-what = Che cosa
admin-derive = Deriva un protocollo dello studio
admin-derive-of = Derivato da { $name }
admin-derive-more = Una copia con altri limiti. Viene controllata prima di essere conservata, e vale solo quando qualcuno la approva.
admin-derive-differs = In che cosa differisce
admin-derive-id = Il suo nome
admin-derive-id-hint = Lettere minuscole, cifre e trattini.
admin-derive-title = Titolo
admin-derive-limits-more = Un numero da solo s’intende nell’unità accanto al limite. Un campo vuoto toglie il valore.
admin-derive-source = Fonte di ciò che cambi
admin-derive-source-clinic = decisione dello studio
admin-derive-grade = Tipo di fonte
admin-derive-new-source = Una nuova fonte
admin-derive-source-key = Nome breve
admin-derive-source-title = Titolo della fonte
admin-derive-source-where = Dove si trova
admin-derive-show = Controlla e mostra la differenza
admin-derive-keep = Conserva
admin-derive-keep-more = Nulla è ancora conservato.

admin-keys-public = Chiavi pubbliche
admin-keys-public-more = Sigilli ed esportazioni sono firmati con la chiave in vigore. Dai la sua impronta a chi riceve esportazioni. Una chiave sostituita resta valida per ciò che ha firmato.
admin-keys-in-force = in vigore
admin-keys-given-up = sostituita
admin-keys-since = dal { $at }
admin-keys-unused = non ha ancora firmato nulla
admin-keys-installation = Installazione
admin-keys-folder = Le chiavi private si trovano in
admin-keys-statement = L’ultimo sigillo, per un testimone
admin-keys-statement-more = Stampato o fotografato e tenuto altrove, mostra se questo archivio è mai stato riportato indietro o firmato di nuovo.
admin-keys-qr = Codice QR dell’ultimo sigillo
admin-keys-unsealed = Nulla è stato ancora sigillato.
admin-keys-witnesses = File testimoni
admin-keys-tell = Scrivi in essi i sigilli più recenti
admin-keys-no-witness = Nessuno è registrato. Se ne aggiunge uno dalla riga di comando:
admin-keys-rotate = Cambia la chiave
admin-keys-rotate-more = Viene creata una nuova chiave; la vecchia la conferma e viene distrutta. Poi fai una copia di archivio e chiavi, e comunica la nuova impronta.
admin-keys-sure = La vecchia chiave privata va distrutta
admin-keys-sure-needed = Spunta la casella: la vecchia chiave va distrutta.

admin-backups-made = Copie di sicurezza
admin-backups-in = Sono tenute in
admin-backups-no-folder = Scegli prima la cartella in cui tenere le copie.
admin-backups-none = Non ce n’è ancora.
admin-backup-holds = { $sessions ->
    [one] una seduta
   *[other] { $sessions } sedute
}, { $entries ->
    [one] una voce
   *[other] { $entries } voci
}, { $size } MB
admin-backup-check = Verifica
admin-backup-keep = Quante conservarne
admin-backup-keep-hint = Le più vecchie che sono integre vengono poi eliminate. Vuoto: restano tutte.
admin-backup-make = Fai una copia adesso
admin-backup-restore = Da qui non si ripristina nulla. Ferma la stazione e usa la riga di comando:
admin-backup-folder = Dove tenere le copie
admin-backup-folder-field = Cartella
admin-backup-folder-hint = Il suo percorso completo, su un disco diverso dall’archivio.
admin-backup-folder-choose = Tieni lì le copie
admin-backup-keys = Le chiavi, separate dalle copie
admin-backup-keys-more = Nessuna copia si legge senza le chiavi, che non sono in nessuna. Si trovano in
admin-backup-keys-file = Nuovo file
admin-backup-keys-file-hint = Il suo percorso completo, su un supporto diverso dalle copie.
admin-backup-passphrase = Frase segreta
admin-backup-passphrase-hint = Più parole. Senza di essa nessuno può aprire il file.
admin-backup-passphrase-again = La frase segreta ancora una volta
admin-backup-keys-write = Scrivi le chiavi in questo file
admin-backup-keys-wrote = Le chiavi sono in { $file }. Tienilo separato dalle copie.

admin-accesses-more = Chi mostra o esporta una cartella sta qui, con ora e motivo. Nessuno può togliere una riga senza che si veda.
admin-accesses-whole = { $count ->
    [one] Il registro è come è stato scritto: una riga.
   *[other] Il registro è come è stato scritto: { $count } righe.
}
admin-accesses-fault = Il registro non è come è stato scritto.
admin-accesses-filter = Mostra questi
admin-accesses-all = Mostra tutti
admin-accesses-person = Persona
admin-accesses-session = Seduta
admin-accesses-day = Giorno
admin-accesses-number = N.
admin-accesses-when = Quando
admin-accesses-who = Chi
admin-accesses-what = Che cosa
admin-accesses-of = Di
admin-accesses-why = Perché
admin-accesses-subjects = { $count ->
    [0] nessuno
    [one] una persona
   *[other] { $count } persone
}
admin-accesses-none = Nessun accesso corrisponde.
admin-accesses-older = Più vecchi

admin-doctor-more = Trovato { $at }. Nulla è stato cambiato e nessuna porta è stata aperta.
admin-doctor-again = Controlla di nuovo adesso
admin-doctor-mend = Che cosa fare:
admin-verify = Verifica l’archivio
admin-verify-more = Ogni voce, ogni catena e ogni sigillo viene controllato. Può durare; una seduta che intanto comincia ha la precedenza.
admin-verify-begin = Verifica tutto adesso

admin-retention-more = Nulla viene mai cancellato automaticamente. Qui sta ciò che non deve più essere conservato.
admin-retention-kept = Cartelle
admin-retention-none = Non ci sono ancora cartelle.
admin-retention-line = { $sessions ->
    [one] una seduta
   *[other] { $sessions } sedute
}, ultima voce del { $last }
admin-retention-minor = allora minorenne
admin-retention-unknown-age = data di nascita sconosciuta: considerato adulto
admin-retention-due = non va più conservato dal { $day }
admin-retention-until = da conservare fino al { $day }
admin-retention-rule = La regola
admin-retention-rule-now = { $years } anni dall’ultima voce, e per i minorenni fino al { $age }º compleanno.
admin-retention-rule-by = Fissata da { $by }, { $at }.
admin-retention-rule-usual = Sono valori usuali e non un consiglio; nessuno ha ancora fissato quelli dello studio.
admin-retention-years = Anni dall’ultima voce
admin-retention-minor-until = Per i minorenni almeno fino a questo compleanno
admin-retention-set = Fissa questa regola
admin-erase = Cancella questa persona
admin-erase-find = Cancella una persona
admin-erase-reference = Numero della persona nello studio
admin-erase-reference-hint = Non sta in alcun indirizzo di pagina.
admin-erase-look = Vedi
admin-erase-who = Persona { $name }
admin-erase-ids = Codici casuali
admin-erase-sessions = Sedute
admin-erase-last = Ultima voce
admin-erase-kept = Conservazione
admin-erase-more = Nome, data di nascita, contatto e tutti i testi liberi delle sedute diventano illeggibili per sempre: le loro chiavi vengono distrutte. Le sedute restano sotto il codice casuale e si verificano come prima. Esportazioni e copie delle chiavi non sono raggiunte da qui.
admin-erase-ground = Fondamento
admin-ground-not-needed = non più necessario
admin-ground-consent-withdrawn = consenso ritirato
admin-ground-objection = opposizione
admin-ground-unlawful = trattato senza diritto
admin-ground-legal-duty = una legge lo richiede
admin-ground-other = altro
admin-erase-reason-hint = Resta leggibile per sempre. Non scrivere qui il nome della persona.
admin-erase-requested = Richiesto il
admin-erase-again = Il numero della persona ancora una volta
admin-erase-again-hint = Perché nessun altro sia cancellato per errore.
admin-erase-again-wrong = Non è il numero di questa persona.
admin-erase-now = Cancella per sempre
admin-erased = Questa persona è stata cancellata
admin-erased-by = Deciso da
admin-erased-more = Rimuovi anche le esportazioni delle sedute e le copie precedenti delle chiavi: nominano ancora la persona.

admin-outbox-more = Consegne non concluse. Partono da sole alla scadenza.
admin-outbox-empty = Nulla è in attesa.
admin-outbox-waiting = in attesa
admin-outbox-sending = cominciata, senza risposta
admin-outbox-refused = rifiutata dal destinatario
admin-outbox-line = seduta { $session }, { $tries ->
    [one] un tentativo
   *[other] { $tries } tentativi
}, ordinata da { $by }
admin-outbox-due = prevista { $at }
admin-outbox-cancel = Annulla
admin-outbox-run = Prova tutte adesso
