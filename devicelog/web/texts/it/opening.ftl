# Aprire una seduta: una pagina per passo.
opening-way = Passi di questa seduta
opening-whom = Questa seduta è di
opening-page-subject = Persona
opening-page-screening = Questionario
opening-page-consent = Consenso
opening-page-products = Prodotti
opening-page-device = Apparecchio e protocollo
opening-page-ready = Pronto
opening-state-done = fatto
opening-state-skipped = omesso
opening-state-open = aperto

opening-in-progress = Una seduta è in preparazione
opening-begun = Iniziata
opening-next-page = Pagina seguente
opening-go-on = Continua
opening-another = Un’altra seduta al suo posto
opening-drop-more = Ciò che è stato risposto finora viene cancellato. Nulla è stato registrato.
opening-drop = Cancella e iniziane un’altra
opening-another-begin = Prepara un’altra seduta

opening-back = Indietro
opening-next = Continua
opening-kept = Ciò che inserisci è conservato per 24 ore, finché la seduta non inizia.
opening-choose = Scegli una delle risposte; anche «non chiesto» lo è.
opening-yes = sì
opening-no = no
opening-unknown = ignoto
opening-not-asked = non chiesto
opening-not-known = non noto
opening-by-other = L’ha fatto qualcun altro
opening-by = Chi
opening-by-hint = Lascia vuoto per { $who }.
opening-skip = Ometti questo passo
opening-skip-why = Perché questo passo è omesso?
opening-skip-raised = Una risposta di questo passo richiede attenzione: il passo non può essere omesso. Rispondi al resto, o cambia quella risposta.
opening-reason-hint = A parole, almeno due, perché altri lo capiscano più tardi.

opening-stop = STOP
opening-overridden = DEROGA
opening-stops = { $count ->
    [one] Una cosa si oppone a questa seduta
   *[other] { $count } cose si oppongono a questa seduta
}
opening-stops-more = Con un motivo, dato per nome, la seduta può essere aperta lo stesso. Senza, sarà rifiutata: non si registra da alcun apparecchio, e ciò che è stato dichiarato resta conservato.
opening-override-reason = Perché la seduta è aperta lo stesso?
opening-override-by = Chi lo decide?
opening-override-specialist = Quale specialista è stato interpellato prima?

opening-number = Il numero della persona nello studio
opening-number-hint = Scrivilo o scansionalo.
opening-find = Cerca
opening-known = nota qui
opening-new = nuova
opening-name = Nome
opening-birth-date = Data di nascita
opening-others = Questa persona è nota qui ed è trattata da altri. Vedi ciò che serve alla sicurezza, e nulla della cartella.
opening-new-more = Nessuno qui ha ancora questo numero. La persona viene registrata con esso quando la seduta inizia.
opening-who = Chi è la persona
opening-earlier = Sedute precedenti
opening-no-earlier = Nessuna seduta precedente.
opening-family = Tipo di trattamento
opening-sessions = Sedute
opening-last = Ultima
opening-days = Giorni fa
opening-no-protocol = senza protocollo
opening-simulated = SIMULATA
opening-other-person = Non è questa persona
opening-this-person = È questa persona: continua
opening-treatment = Trattamento
opening-how = Come raggiunge la pelle?
opening-how-hint = Da questo dipendono le domande. Alla fine conta il protocollo scelto più avanti.
opening-modality-injection = Iniezione
opening-modality-iontophoresis-dc = Corrente continua (ionoforesi)
opening-modality-electroporation = Elettroporazione
opening-modality-open = Non deciso: chiedi tutto
opening-place = Luogo o stanza
opening-role = Ruolo dell’operatore
opening-registration = Numero di registrazione
opening-supervisor = Supervisore

opening-step-history = Anamnesi
opening-history-reviewed = L’anamnesi è stata rivista?
opening-history-text = Che cosa conta qui?
opening-step-screening = Questionario
opening-question = Domanda { $number } di { $of }:
opening-until = Fino a quando?
opening-until-hint = { $months ->
    [one] Conta per un mese dopo quel giorno.
   *[other] Conta per { $months } mesi dopo quel giorno.
}
opening-detail = Che cosa se ne sa?
opening-severity-stop = STOP
opening-severity-caution = CAUTELA
opening-severity-ask = NOTA
opening-severity-none = NOTA
opening-left = { $count ->
    [0] Tutte le domande hanno risposta.
    [one] Una domanda è aperta.
   *[other] { $count } domande sono aperte.
}
opening-rest = No al resto
opening-rest-hint = Risponde no a ogni domanda aperta, dove un no non solleva nulla. Premi solo dopo aver chiesto.

opening-step-consent = Consenso
opening-consent-given = Il consenso è stato dato?
opening-consent-form = Modulo
opening-consent-version = Versione del modulo
opening-consent-on = Giorno
opening-consent-taken-by = Raccolto da
opening-consent-risks = I rischi sono stati discussi?
opening-consent-cooling-off = C’è stato tempo per decidere?
opening-consent-photographs = C’è il consenso alle fotografie?
opening-step-patch_test = Test cutaneo
opening-patch-done = È stato fatto un test cutaneo?
opening-patch-product = Prodotto
opening-patch-on = Giorno
opening-patch-result = Risultato
opening-step-consultation = Colloquio
opening-consultation-on = Giorno del colloquio
opening-consultation-text = Che cosa si è detto?
opening-consultation-missing = Indica il giorno o ciò che si è detto, o ometti il passo con un motivo.

opening-step-products = Prodotti
opening-product = Prodotto { $number }
opening-product-name = Nome
opening-product-missing = Indica almeno un prodotto, o ometti il passo con un motivo.
opening-maker = Produttore
opening-scan = Scansione
opening-scan-hint = Scansiona il codice sulla confezione. Lotto e scadenza vengono compilati.
opening-read = Leggi
opening-gtin = Numero d’articolo { $number }
opening-lot = Lotto
opening-printed-hint = Come stampato.
opening-expiry = Scadenza
opening-expiry-hint = 2027-05-31, o 2027-05 per un mese.
opening-drawn = Prelevato
opening-drawn-hint = Ad esempio 2 mL.
opening-use = A che serve
opening-use-product = prodotto
opening-use-anaesthetic = anestetico
opening-use-diluent = diluente
opening-ingredients = Ingredienti
opening-ingredients-hint = Uno per riga: hyaluronic acid, 10 mg/mL
opening-add-product = Aggiungi un prodotto
opening-remove-product = Rimuovi il prodotto { $number }
opening-syringes = Siringhe
opening-syringe = Siringa { $number }
opening-label = Etichetta
opening-label-hint = Ad esempio vassoio sinistro.
opening-part = Di { $who }
opening-part-hint = Ad esempio 1 mL; vuoto: niente.
opening-add-syringe = Aggiungi una siringa
opening-remove-syringe = Rimuovi la siringa { $number }
opening-used-needle = Ago
opening-used-electrode = Elettrodo
opening-what = Che cosa si usa
opening-needle = ago
opening-electrode = elettrodo
opening-gauge = Gauge
opening-gauge-hint = Ad esempio 30.
opening-length = Lunghezza
opening-length-hint = Ad esempio 4 mm.
opening-needles = Numero di aghi
opening-needles-hint = Vuoto: uno.
opening-type = Tipo
opening-type-hint = Ad esempio spugna.
opening-area = Area
opening-area-hint = Ad esempio 8 cm2.
opening-add-used = Aggiungine un altro
opening-remove-used = Rimuovi il numero { $number }

opening-devices = Apparecchi
opening-device-missing = Scegli almeno un apparecchio.
opening-device-not-named = Trovato { $text }; atteso DRIVER@PORTA, ad esempio reference-mesogun@/dev/ttyUSB0. Un profilo di apparecchio va prima associato, in Apparecchi.
opening-device-no-training = Gli apparecchi simulati sono per chi può esercitarsi.
opening-bound = Apparecchi associati
opening-bound-none = Nessun apparecchio è associato. L’amministrazione li associa in Apparecchi.
opening-where = ora su { $port }
opening-plugged = Anche collegati
opening-not-read = non letto
opening-hint = gli id USB corrispondono
opening-typed = Senza cavo
opening-typed-more = Ciò che un tale apparecchio mostra si digita sulla pagina della seduta, ed è segnato ovunque come digitato.
opening-simulators = Simulatori, per esercitarsi
opening-simulators-more = Un simulatore non è un apparecchio. La seduta è segnata SIMULATA ovunque.
opening-device-other = Un altro apparecchio
opening-device-named = Apparecchio per nome
opening-device-named-hint = DRIVER@PORTA, uno per riga.
opening-protocol = Protocollo di trattamento
opening-protocol-which = Protocollo
opening-protocol-missing = Scegli un protocollo, o «nessuno».
opening-protocol-none = nessuno: nulla è controllato
opening-protocol-none-more = Senza protocollo nulla è confrontato con un limite. La cartella lo segnala.
opening-look = Mostra
opening-approved = APPROVATO
opening-approved-by = Versione { $version }, approvata da { $who }
opening-unapproved = Versione { $version }. Nessuno qui ha approvato questo protocollo. È un esempio, non un consiglio.
opening-overlay = Con la variante { $who }.
opening-limits = { $count ->
    [one] Un limite
   *[other] { $count } limiti
}
opening-limit = Limite
opening-soft = Avverte a
opening-hard = Allarme a
opening-electrode-area = Area dell’elettrodo
opening-electrode-area-hint = Ad esempio 8 cm2, se l’apparecchio non la indica.
opening-zones = Zone previste
opening-zones-hint = Nell’ordine del trattamento. Tocca un disegno, o scegli un nome.
opening-zones-none = nessuna zona è prevista
opening-zone = Zona
opening-zone-add = Aggiungi
opening-zone-typed = Zona con un altro nome
opening-zone-typed-hint = Solo se non è nell’elenco.
opening-zone-up = { $who }: prima
opening-zone-remove = { $who }: rimuovi
opening-excluded = Questo protocollo esclude:
opening-drawings = Disegni del corpo
opening-drawings-hint = Blu: prevista. Rosso con contorno tratteggiato: da non trattare con questo protocollo. Destra e sinistra sono della persona trattata.

opening-problem = Non può ancora iniziare
opening-changed = Ciò che è in preparazione è stato modificato in un’altra pagina da quando questa è stata mostrata; nulla ne è stato ripreso. Guardalo com’è adesso, e prosegui.
opening-problem-more = Tutto ciò che hai inserito è conservato. Rimedia, e premi di nuovo.
opening-busy = Una seduta è in registrazione. Deve finire prima che inizi questa.
opening-simulated-more = Questa seduta legge un simulatore ed è segnata SIMULATA ovunque.
opening-refused-will = Così com’è, la seduta sarà rifiutata: non si registra da alcun apparecchio, e ciò che è stato dichiarato resta conservato con i motivi.
opening-decide = Decidi alla pagina «{ $page }»
opening-seen = Che cosa va visto
opening-aloud = Che cosa si annuncia all’inizio
opening-nothing = Niente.
opening-said = Che cosa è stato dichiarato
opening-change = Cambia: { $page }
opening-change-short = cambia
opening-left-out = OMESSO
opening-answered = { $count ->
    [one] una domanda
   *[other] { $count } domande
}
opening-begin = Inizia la registrazione
opening-refuse = Rifiuta e conserva ciò che è stato dichiarato
opening-refused = La seduta è stata rifiutata
opening-refused-more = La seduta { $session } non è stata registrata. Ciò che è stato dichiarato è conservato, con i motivi:
opening-refused-see = Vedi che cosa è conservato
