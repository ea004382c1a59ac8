# La séance en cours.
live-title = Séance en cours
live-none = Aucune séance n’est en cours d’enregistrement
    .more = Cette page affiche la séance dès qu’elle commence.
live-open = Nouvelle séance
live-anothers = Une séance d’un autre praticien est en cours d’enregistrement
    .more = Elle ne vous est pas accessible. Cette page sera de nouveau libre à la fin de cette séance.
live-forgotten = A-t-elle été oubliée ?
    .more = Personne ne l’a utilisée depuis un moment, ou c’est une séance d’exercice. Si personne n’y est traité, vous pouvez la terminer pour qu’une autre commence. Son dossier reste à qui l’a enregistrée, et indique que vous l’avez terminée.
live-forgotten-end = Terminer cette séance
live-unlock = Déverrouiller
live-noscript = Cette page ne suit pas la séance d’elle-même ici, car les scripts sont désactivés : elle date de l’heure affichée. Rechargez-la pour voir l’état présent.
live-lost = Connexion perdue.
live-lost-since = Ce que vous voyez est ancien. La station continue d’enregistrer. Dernière nouvelle à
live-failed = Aucune réponse de la station. Vérifiez si c’est enregistré avant de l’indiquer à nouveau.
live-recording = Enregistrement
live-paused = Pause, enregistrement
live-ending = Fin en cours
live-while-paused = Administré pendant la pause :

# Mentions.
live-marks = Mentions de cette séance
live-mark-simulated = SIMULÉE
live-mark-typed = SAISIE À LA MAIN
live-mark-partly-typed = SAISIE EN PARTIE
live-mark-no-limits = SANS LIMITES
live-mark-example-unapproved = EXEMPLE NON APPROUVÉ
live-mark-protocol-unapproved = PROTOCOLE NON APPROUVÉ
live-mark-not-asked = NON INTERROGÉ
live-mark-has-overrides = AVEC DÉROGATIONS
live-mark-unverified-driver = PILOTE NON VÉRIFIÉ
live-mark-caution = PRUDENCE

# Alarmes.
live-alarms = Alarmes
live-alarm-none = Aucune alarme
live-alarm-list = Liste
live-priority-high = HAUTE
live-priority-medium = MOYENNE
live-priority-low = BASSE
live-alarm-since = depuis { $at }
live-alarm-over = terminée, commencée à { $at }
live-alarm-seen = acquittée par { $by } à { $at }
live-alarm-locked = Une alarme concernant la personne traitée. Déverrouillez pour la lire.
live-acknowledge = Acquitter
live-alarms-new = { $count ->
    [one] { $count } nouvelle
   *[other] { $count } nouvelles
}
live-alarms-more = { $count ->
    [1] 1 autre
   *[other] { $count } autres
}

# Appareils et valeurs.
live-link-waiting = en attente du port
live-link-connected = connecté
live-link-lost = PERDU
live-link-lost-since = PERDU depuis { $lasted }
live-link-silent = MUET
live-link-silent-since = MUET depuis { $lasted }
live-link-ended = terminé à l’appareil
live-link-typed = saisi à la main
live-ago = dernière valeur il y a { $ago }
live-ago-typed = dernière ligne il y a { $ago }
live-at-least = au moins
live-of-all = tous les appareils
live-figure-injections = Injections
live-figure-volume = Volume
live-figure-depth = Dernière profondeur
live-figure-depth_stated = Profondeur, déclarée
live-figure-current = Courant
live-figure-current_set = Réglé
live-figure-charge = Charge
live-figure-level = Niveau
live-figure-time_left = Temps restant
live-figure-voltage = Tension
live-figure-impedance = Impédance
live-figure-depth_set = Profondeur réglée
live-figure-pulses = Impulsions
live-figure-pulse_voltage = Dernière impulsion
live-figure-pulse_voltage_set = Réglé
live-figure-field_strength = Champ
live-figure-total_load = Charge électrique
live-figure-time_constant = Constante de temps
live-figure-none = Pas encore de traitement

# Doses.
live-doses = Dose et limites
live-no-limits = Pas de protocole de traitement : rien n’est vérifié
live-no-bars = Aucune limite de total ne s’applique encore.
live-channel-volume_total = Volume
live-channel-injection_count = Injections
live-channel-charge_dose = Charge
live-channel-duration = Durée
live-scope-session = séance
live-scope-zone = cette zone
live-dose = { $given } sur { $top } { $unit }
live-dose-at-least = au moins { $given } sur { $top } { $unit }
live-not-evaluable = NON ÉVALUABLE
live-verdict-within = dans les limites
live-verdict-warning = au-dessus du seuil d’avertissement
live-verdict-exceeded = LIMITE DÉPASSÉE
live-verdict-not-evaluable = impossible à évaluer

# Zones.
live-zone = Zone
live-zone-none = Aucune zone
live-zone-change = Changer de zone
live-zone-choose = Quelle zone est traitée maintenant ?
live-zone-excluded = Cette zone est exclue
live-zones-planned = Prévues
live-zones-others = Autres zones
live-zones-map = Carte du corps
live-in-use = en cours
live-excluded = exclue

# Seringue.
live-syringe = Seringue
live-product = Produit
live-syringe-none = Aucune seringue n’a été préparée.
live-syringe-choose = Quelle seringue est utilisée maintenant ?
live-left = reste { $left } sur { $prepared } mL
live-left-at-most = reste au plus { $left } sur { $prepared } mL
live-left-unknown = Le reste n’est pas connu
live-left-below = Il en est sorti plus qu’elle ne contenait

# Notes et événements.
live-happened = Dernières déclarations
live-happened-none = Rien encore.
live-happened-note = Note
live-happened-paused = Pause
live-happened-resumed = Reprise
live-happened-screening = Contre-indication
live-note = Note
live-note-own = Vos propres mots
live-note-keep = Conserver la note
live-note-comfortable = La personne traitée se sent bien
live-note-redness = Légère rougeur
live-note-cooled = Peau refroidie
live-note-photographed = Photographie prise
live-note-product-change = Produit changé
live-note-asked-to-stop = Une interruption a été demandée
live-event = Événement
live-event-words = Précisions
live-event-contact-lost = Contact perdu
live-event-needle-changed = Aiguille changée
live-event-pain = Douleur
live-event-reaction = Réaction
live-event-equipment = Matériel
live-event-other = Autre (précisez)
live-learned = Contre-indication
live-learned-title = Contre-indication signalée maintenant
live-learned-about = Ce que vous indiquez ici n’arrête rien de soi-même : c’est conservé, et une alarme se déclenche s’il s’agit d’un motif d’arrêt.
live-learned-detail = Ce qui a été dit

# Ce qui est saisi.
live-type = Saisir ce qu’affiche l’appareil
live-type-read = Relire
live-type-keep = Garder
live-type-drop = Abandonner
live-type-again = La même chose encore
live-type-means = Cela veut dire :
live-type-confirm = Envoyez encore une fois pour la garder.
live-type-kept = Gardé :
live-type-waiting = Reçu, mais pas encore en sûreté sur le disque :
live-type-nothing = Cette ligne ne dit rien.
live-type-dropped = Abandonné : rien n’a été gardé.
live-type-hint = Ce qu’une ligne veut dire est d’abord affiché. Elle compte quand elle est envoyée encore une fois.
live-type-words = Ce qui peut être saisi

# Pause et fin.
live-actions = Ce que vous pouvez déclarer
live-pause = Pause
live-resume = Reprendre
live-end = Terminer
live-end-title = Terminer la séance ?
live-end-about = L’enregistrement se termine et son dossier est clos. Il pourra être complété et rectifié plus tard.
live-end-devices = Cela n’arrête pas les appareils. Arrêtez-les sur l’appareil lui-même.
live-end-confirm = Terminer l’enregistrement
live-end-go-on = Continuer l’enregistrement
live-close = Fermer
live-back = Retour à la séance

# La courbe, et ce qui est conservé.
live-chart = Les cinq dernières minutes
live-chart-none = Rien de mesuré encore qui puisse être tracé.
live-chart-across = temps depuis le début, min:s
live-chart-depth = profondeur
live-chart-volume = volume d’une injection
live-chart-current = courant
live-chart-level = niveau
live-chart-measured = mesuré
live-chart-set = réglé
live-chart-gap = sans données
live-chart-hard = limite { $value } { $unit }
live-chart-soft = seuil d’avertissement { $value } { $unit }
live-chart-described = { $what } : { $count ->
    [one] { $count } valeur tracée
   *[other] { $count } valeurs tracées
}.
live-gaps = { $count ->
    [one] { $count } lacune
   *[other] { $count } lacunes
}
live-gaps-open = { $count } en cours
live-gaps-none = Aucune lacune
live-bad-frames = { $count ->
    [one] { $count } message illisible
   *[other] { $count } messages illisibles
}
live-begun = ouverte :
live-safe = { $count } entrées conservées sur disque

# Ce qu’un formulaire refuse.
live-error-zone = Cette zone n’existe pas ; choisissez-en une dans la liste.
live-error-syringe = Cette seringue n’existe pas ; choisissez-en une qui a été préparée.
live-error-note = La note est vide ; écrivez quelques mots.
live-error-event = Cet événement n’existe pas ; choisissez-en un dans la liste.
live-error-other = Dites ce qui s’est passé, puis choisissez « Autre ».
live-error-question = Cette question n’existe pas ; choisissez-en une dans la liste.
live-error-alarm = Cette alarme n’existe pas ; regardez de nouveau la liste.
live-error-over = La séance de cette page n’est plus en cours ; rien n’a été consigné.
live-error-long = Écrivez { $most } caractères au plus.
live-error-line = Caractères invisibles trouvés ; saisissez la ligne à nouveau.
