# Ouvrir une séance : une page par étape.
opening-way = Étapes de cette séance
opening-whom = Cette séance concerne
opening-page-subject = Personne
opening-page-screening = Questionnaire
opening-page-consent = Consentement
opening-page-products = Produits
opening-page-device = Appareil et protocole
opening-page-ready = Prêt
opening-state-done = fait
opening-state-skipped = omis
opening-state-open = à faire

opening-in-progress = Une séance est en préparation
opening-begun = Commencée
opening-next-page = Page suivante
opening-go-on = Continuer
opening-another = Une autre séance à la place
opening-drop-more = Ce qui a été répondu jusqu’ici sera effacé. Rien n’en a été enregistré.
opening-drop = Effacer et en commencer une autre
opening-another-begin = Préparer une autre séance

opening-back = Retour
opening-next = Continuer
opening-kept = Vos saisies sont conservées pendant 24 heures, jusqu’au début de la séance.
opening-choose = Choisissez une des réponses ; « non demandé » en est une aussi.
opening-yes = oui
opening-no = non
opening-unknown = inconnu
opening-not-asked = non demandé
opening-not-known = inconnu
opening-by-other = Une autre personne l’a fait
opening-by = Qui
opening-by-hint = Laissez vide pour { $who }.
opening-skip = Omettre cette étape
opening-skip-why = Pourquoi cette étape est-elle omise ?
opening-skip-raised = Une réponse de cette étape appelle l’attention : l’étape ne peut pas être omise. Répondez au reste, ou modifiez cette réponse.
opening-reason-hint = En mots, deux au moins, pour qu’une autre personne le comprenne plus tard.

opening-stop = ARRÊT
opening-overridden = DÉROGATION
opening-stops = { $count ->
    [1] Un point s’oppose à cette séance
   *[other] { $count } points s’opposent à cette séance
}
opening-stops-more = Avec un motif, donné nommément, la séance peut être ouverte malgré tout. Sans motif elle sera refusée : rien n’est enregistré d’un appareil, et ce qui a été déclaré est conservé.
opening-override-reason = Pourquoi la séance est-elle ouverte malgré tout ?
opening-override-by = Qui en décide ?
opening-override-specialist = Quel spécialiste a été consulté avant ?

opening-number = Le numéro de la personne au cabinet
opening-number-hint = Saisissez-le ou scannez-le.
opening-find = Chercher
opening-known = connue ici
opening-new = nouvelle
opening-name = Nom
opening-birth-date = Date de naissance
opening-others = Cette personne est connue ici et traitée par d’autres. Vous voyez ce qu’exige la sécurité, et rien du dossier.
opening-new-more = Ce numéro n’est encore attribué à personne ici. La personne est enregistrée sous ce numéro au début de la séance.
opening-who = Qui est la personne
opening-earlier = Séances antérieures
opening-no-earlier = Aucune séance antérieure.
opening-family = Type de traitement
opening-sessions = Séances
opening-last = Dernière
opening-days = Jours écoulés
opening-no-protocol = sans protocole
opening-simulated = SIMULÉE
opening-other-person = Pas cette personne
opening-this-person = C’est cette personne : continuer
opening-treatment = Traitement
opening-how = Comment atteint-il la peau ?
opening-how-hint = Les questions en dépendent. Au final, c’est le protocole choisi plus tard qui compte.
opening-modality-injection = Injection
opening-modality-iontophoresis-dc = Courant continu (iontophorèse)
opening-modality-electroporation = Électroporation
opening-modality-open = Non décidé : tout demander
opening-place = Lieu ou salle
opening-role = Fonction du praticien
opening-registration = Numéro d’enregistrement
opening-supervisor = Superviseur

opening-step-history = Antécédents
opening-history-reviewed = Les antécédents ont-ils été revus ?
opening-history-text = Qu’est-ce qui importe ici ?
opening-step-screening = Questionnaire
opening-question = Question { $number } sur { $of } :
opening-until = Jusqu’à quand ?
opening-until-hint = { $months ->
    [1] Cela compte pendant un mois après ce jour.
   *[other] Cela compte pendant { $months } mois après ce jour.
}
opening-detail = Qu’en sait-on ?
opening-severity-stop = ARRÊT
opening-severity-caution = PRUDENCE
opening-severity-ask = REMARQUE
opening-severity-none = REMARQUE
opening-left = { $count ->
    [0] Toutes les questions ont une réponse.
    [1] Une question est ouverte.
   *[other] { $count } questions sont ouvertes.
}
opening-rest = Non au reste
opening-rest-hint = Répond non à chaque question ouverte, là où un non ne soulève rien. N’appuyez qu’après avoir demandé.

opening-step-consent = Consentement
opening-consent-given = Le consentement a-t-il été donné ?
opening-consent-form = Formulaire
opening-consent-version = Version du formulaire
opening-consent-on = Jour
opening-consent-taken-by = Recueilli par
opening-consent-risks = Les risques ont-ils été expliqués ?
opening-consent-cooling-off = Y a-t-il eu un délai de réflexion ?
opening-consent-photographs = Y a-t-il consentement aux photographies ?
opening-step-patch_test = Test cutané
opening-patch-done = Un test cutané a-t-il été fait ?
opening-patch-product = Produit
opening-patch-on = Jour
opening-patch-result = Résultat
opening-step-consultation = Consultation
opening-consultation-on = Jour de la consultation
opening-consultation-text = Qu’est-ce qui a été dit ?
opening-consultation-missing = Indiquez le jour ou ce qui a été dit, ou omettez cette étape avec un motif.

opening-step-products = Produits
opening-product = Produit { $number }
opening-product-name = Nom
opening-product-missing = Indiquez au moins un produit, ou omettez cette étape avec un motif.
opening-maker = Fabricant
opening-scan = Scanner
opening-scan-hint = Scannez le code de l’emballage. Le lot et la péremption sont remplis.
opening-read = Lire
opening-gtin = Numéro d’article { $number }
opening-lot = Lot
opening-printed-hint = Comme imprimé.
opening-expiry = Péremption
opening-expiry-hint = 2027-05-31, ou 2027-05 pour un mois.
opening-drawn = Prélevé
opening-drawn-hint = Par exemple 2 mL.
opening-use = Usage
opening-use-product = produit
opening-use-anaesthetic = anesthésique
opening-use-diluent = diluant
opening-ingredients = Composants
opening-ingredients-hint = Un par ligne : hyaluronic acid, 10 mg/mL
opening-add-product = Ajouter un produit
opening-remove-product = Retirer le produit { $number }
opening-syringes = Seringues
opening-syringe = Seringue { $number }
opening-label = Étiquette
opening-label-hint = Par exemple plateau gauche.
opening-part = De { $who }
opening-part-hint = Par exemple 1 mL ; vide : rien.
opening-add-syringe = Ajouter une seringue
opening-remove-syringe = Retirer la seringue { $number }
opening-used-needle = Aiguille
opening-used-electrode = Électrode
opening-what = Ce qui est utilisé
opening-needle = aiguille
opening-electrode = électrode
opening-gauge = Gauge
opening-gauge-hint = Par exemple 30.
opening-length = Longueur
opening-length-hint = Par exemple 4 mm.
opening-needles = Nombre d’aiguilles
opening-needles-hint = Vide : une.
opening-type = Type
opening-type-hint = Par exemple éponge.
opening-area = Surface
opening-area-hint = Par exemple 8 cm2.
opening-add-used = Ajouter un autre
opening-remove-used = Retirer le numéro { $number }

opening-devices = Appareils
opening-device-missing = Choisissez au moins un appareil.
opening-device-not-named = Trouvé : { $text } ; attendu : PILOTE@PORT, par exemple reference-mesogun@/dev/ttyUSB0. Un profil d’appareil s’associe d’abord, sous Appareils.
opening-device-no-training = Les appareils simulés sont réservés aux personnes qui peuvent s’exercer.
opening-bound = Appareils associés
opening-bound-none = Aucun appareil n’est associé. L’administration les associe sous Appareils.
opening-where = maintenant sur { $port }
opening-plugged = Également branchés
opening-not-read = non lu
opening-hint = identifiants USB concordants
opening-typed = Sans câble
opening-typed-more = Ce qu’affiche un tel appareil est saisi sur la page de la séance, et marqué partout comme saisi.
opening-simulators = Simulateurs, pour s’exercer
opening-simulators-more = Un simulateur n’est pas un appareil. La séance est marquée SIMULÉE partout.
opening-device-other = Un autre appareil
opening-device-named = Appareil par son nom
opening-device-named-hint = PILOTE@PORT, un par ligne.
opening-protocol = Protocole de traitement
opening-protocol-which = Protocole
opening-protocol-missing = Choisissez un protocole, ou « aucun ».
opening-protocol-none = aucun : rien n’est vérifié
opening-protocol-none-more = Sans protocole, rien n’est comparé à une limite. Le dossier le signale.
opening-look = Afficher
opening-approved = APPROUVÉ
opening-approved-by = Version { $version }, approuvée par { $who }
opening-unapproved = Version { $version }. Personne ici n’a approuvé ce protocole. C’est un exemple, pas un conseil.
opening-overlay = Avec la variante { $who }.
opening-limits = { $count ->
    [one] { $count } limite
   *[other] { $count } limites
}
opening-limit = Limite
opening-soft = Avertit à
opening-hard = Alarme à
opening-electrode-area = Surface de l’électrode
opening-electrode-area-hint = Par exemple 8 cm2, si l’appareil ne l’indique pas.
opening-zones = Zones prévues
opening-zones-hint = Dans l’ordre du traitement. Touchez un dessin, ou choisissez un nom.
opening-zones-none = aucune zone n’est prévue
opening-zone = Zone
opening-zone-add = Ajouter
opening-zone-typed = Zone sous un autre nom
opening-zone-typed-hint = Seulement si elle n’est pas dans la liste.
opening-zone-up = { $who } : plus tôt
opening-zone-remove = { $who } : retirer
opening-excluded = Ce protocole exclut :
opening-drawings = Dessins du corps
opening-drawings-hint = Bleu : prévu. Rouge au contour pointillé : ne doit pas être traité selon ce protocole. Droite et gauche sont celles de la personne traitée.

opening-problem = Elle ne peut pas encore commencer
opening-changed = Ce qui est en préparation a été modifié sur une autre page depuis l’affichage de celle-ci ; rien n’en a été repris. Regardez-le tel qu’il est maintenant, puis continuez.
opening-problem-more = Toutes vos saisies sont conservées. Corrigez cela, puis appuyez à nouveau.
opening-busy = Une séance est en cours d’enregistrement. Elle doit se terminer avant que celle-ci commence.
opening-simulated-more = Cette séance lit un simulateur et est marquée SIMULÉE partout.
opening-refused-will = En l’état, la séance sera refusée : rien n’est enregistré d’un appareil, et ce qui a été déclaré est conservé avec les motifs.
opening-decide = Décider sur la page « { $page } »
opening-seen = Ce qu’il faut voir
opening-aloud = Ce qui est annoncé au début
opening-nothing = Rien.
opening-said = Ce qui a été déclaré
opening-change = Modifier : { $page }
opening-change-short = modifier
opening-left-out = OMIS
opening-answered = { $count ->
    [one] { $count } question
   *[other] { $count } questions
}
opening-begin = Commencer l’enregistrement
opening-refuse = Refuser et conserver ce qui a été déclaré
opening-refused = La séance a été refusée
opening-refused-more = La séance { $session } n’a pas été enregistrée. Ce qui a été déclaré est conservé, avec les motifs :
opening-refused-see = Voir ce qui est conservé
