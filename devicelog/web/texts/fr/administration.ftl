# Administration, sans les personnes ni les jetons.
admin-attention = Ce qui demande votre attention
admin-attention-none = Rien en ce moment.
admin-attention-no-backups = Aucun dossier de sauvegarde n’a été choisi : il n’existe aucune sauvegarde de cette station.
admin-attention-no-backup = Le dossier choisi ne contient encore aucune sauvegarde.
admin-attention-backup-bad = La dernière sauvegarde n’est pas intègre.
admin-attention-backup-old = La dernière sauvegarde date du { $at }.
admin-attention-unapproved = { $count ->
    [1] Le protocole de traitement { $name } a servi dans une des dernières séances, et personne ne l’a approuvé.
   *[other] Le protocole de traitement { $name } a servi dans { $count } des dernières séances, et personne ne l’a approuvé.
}
admin-attention-certificate = Le certificat de la station expire le { $at } : préparez-en un autre et redémarrez la station ; ensuite, les tablettes le refuseront.
admin-attention-key-old = La clé qui signe est en vigueur depuis le { $at }.
admin-attention-refused = { $count ->
    [1] Une transmission a été refusée par son destinataire.
   *[other] { $count } transmissions ont été refusées par leur destinataire.
}
admin-attention-waiting = { $count ->
    [1] Une transmission est en attente.
   *[other] { $count } transmissions sont en attente.
}
admin-sections = Tout le reste
admin-section-people = Personnes
    .more = Comptes et rôles
admin-section-tokens = Jetons de service
    .more = Programmes qui peuvent interroger cette station
admin-section-protocols = Protocoles de traitement
    .more = Limites avec leurs sources ; approuver, dériver, comparer
admin-section-backups = Sauvegardes
    .more = En faire une, en vérifier une, garder les clés à part
admin-section-keys = Clés
    .more = Ce qui signe, et ses témoins
admin-section-accesses = Accès
    .more = Qui a lu ou exporté quoi
admin-section-retention = Conservation
    .more = Durée de conservation des dossiers ; effacer une personne
admin-section-outbox = Boîte d’envoi
    .more = Ce qui reste à transmettre
admin-section-doctor = Cet ordinateur
    .more = Ce qui pourrait gâter un enregistrement ; vérifier le stockage

admin-grade-bad = Mauvais
admin-grade-care = Prudence
admin-grade-unchecked = À vérifier vous-même
admin-grade-good = Bon
admin-reason = Raison

admin-proof-password = Votre mot de passe
admin-proof-hint = Demandé de nouveau, car cet acte est important.
admin-proof-code = Code de votre application d’authentification
admin-proof-wrong = C’est incorrect. Saisissez de nouveau votre mot de passe et, si vous en avez un, le code.
admin-proof-code-needed = Le code de votre application d’authentification est nécessaire aussi.
admin-proof-set-up-needed = Il faut un second facteur. Configurez-le d’abord dans votre compte.
admin-proof-wait = Trop d’essais. Réessayez dans { $seconds ->
    [1] une seconde
   *[other] { $seconds } secondes
}.

admin-chore-backup = Sauvegarde
admin-chore-backup-check = Vérification d’une sauvegarde
admin-chore-verify = Vérification du stockage
admin-chore-deliver = Transmissions
admin-chore-since = depuis { $at } UTC, par { $by }
admin-chore-ended = terminé { $at }, commencé par { $by }
admin-chore-session = Une séance est en cours d’enregistrement, et elle passe avant. Ce sera de nouveau possible quand elle sera terminée.
admin-holds = Intègre : { $sessions ->
    [one] { $sessions } séance
   *[other] { $sessions } séances
}, { $entries ->
    [one] { $entries } entrée
   *[other] { $entries } entrées
}.
admin-holds-not = Non intègre

admin-protocols-more = Chaque protocole livré avec devicelog est un exemple et non un conseil clinique. Il vaut pour le cabinet quand quelqu’un l’approuve nommément.
admin-protocol-version = version { $version }
admin-protocol-approved = Approuvé par { $by }, { $at }
admin-protocol-nobody = Approuvé par personne
admin-protocol-nobody-more = On peut l’utiliser pour enregistrer des séances ; elles le signalent.
admin-protocol-own = Propre au cabinet
admin-protocol-example = Un exemple livré avec devicelog
admin-protocol-overlays = Variantes plus strictes
admin-protocol-overlay-none = sans
admin-protocol-name = Nom
admin-protocol-version-head = Version
admin-protocol-for = Pour
admin-protocol-kind = Origine
admin-protocol-derived = Dérivé de
admin-protocol-changed = Le texte a changé depuis l’ouverture de cette page. Relisez-le, puis approuvez-le.
admin-protocol-not-approved = Personne n’a approuvé cette version : il n’y a rien à retirer.
admin-protocol-notes = { $count ->
    [1] Un point à regarder
   *[other] { $count } points à regarder
}
admin-protocol-history = Approbations jusqu’ici
admin-protocol-withdrawn = retirée par { $by }, { $at } :
admin-protocol-see = Voir le texte
admin-limits = Limites
admin-limits-excluded = Zones exclues
admin-limit = Limite
admin-limit-soft = Avertit
admin-limit-hard = Alarme
admin-limit-sources = Sources
admin-limit-max = au-dessus de
admin-limit-min = en dessous de
admin-limit-overlay = plus stricte par la variante
admin-limit-documented = pour mémoire seulement : aucun appareil ne le signale
admin-grade-of-source-H = loi ou autorisation
admin-grade-of-source-M = publication ou manuel
admin-grade-of-source-L = page d’un cabinet
admin-grade-of-source-G = savoir général
admin-grade-of-source-E = choix propre
admin-approve = Approuver cette version
admin-approve-more = Vous l’approuvez sous le nom de { $name }, pour ce cabinet. L’approbation est signée et conservée avec tout le texte, et les séances la nomment.
admin-approve-role = Votre fonction
admin-approve-role-hint = Par exemple : direction médicale
admin-approve-version = Approuver la version { $version }
admin-withdraw = Retirer l’approbation
admin-withdraw-more = Il reste lisible que cette version était approuvée, et par qui l’approbation a été retirée.
admin-difference = Comparer deux versions
admin-difference-first = L’une
admin-difference-second = L’autre
admin-difference-show = Comparer
admin-difference-of = { $first } et { $second }
admin-difference-looser = La seconde laisse passer ce que la première ne laisse pas passer
admin-difference-what = Quoi
admin-derive = Dériver un protocole propre au cabinet
admin-derive-of = Dérivé de { $name }
admin-derive-more = Une copie avec d’autres limites. Elle est vérifiée avant d’être conservée, et ne vaut que lorsque quelqu’un l’approuve.
admin-derive-differs = En quoi il diffère
admin-derive-id = Son nom
admin-derive-id-hint = Lettres minuscules, chiffres et traits d’union.
admin-derive-title = Titre
admin-derive-limits-more = Un nombre seul s’entend dans l’unité indiquée à côté. Un champ vide supprime la valeur.
admin-derive-source = Source de ce que vous changez
admin-derive-source-clinic = décision du cabinet
admin-derive-grade = Type de source
admin-derive-new-source = Une nouvelle source
admin-derive-source-key = Nom court
admin-derive-source-title = Titre de la source
admin-derive-source-where = Où la trouver
admin-derive-show = Vérifier et montrer la différence
admin-derive-keep = Conserver
admin-derive-keep-more = Rien n’est encore conservé.

admin-keys-public = Clés publiques
admin-keys-public-more = Les sceaux et les exports sont signés avec la clé en vigueur. Donnez son empreinte à ceux qui reçoivent des exports. Une clé remplacée reste valable pour ce qu’elle a signé.
admin-keys-in-force = en vigueur
admin-keys-given-up = remplacée
admin-keys-since = depuis le { $at }
admin-keys-unused = elle n’a encore rien signé
admin-keys-installation = Installation
admin-keys-folder = Les clés privées se trouvent dans
admin-keys-statement = Le dernier sceau, pour un témoin
admin-keys-statement-more = Imprimé ou photographié et gardé ailleurs, il montre si ce stockage a jamais été remis en arrière ou signé de nouveau.
admin-keys-qr = Code QR du dernier sceau
admin-keys-unsealed = Rien n’a encore été scellé.
admin-keys-witnesses = Fichiers témoins
admin-keys-tell = Y écrire les sceaux les plus récents
admin-keys-no-witness = Aucun n’est enregistré. On en ajoute un par la ligne de commande :
admin-keys-rotate = Changer la clé
admin-keys-rotate-more = Une nouvelle clé est créée ; l’ancienne la confirme puis est détruite. Sauvegardez ensuite le stockage et les clés, et communiquez la nouvelle empreinte.
admin-keys-sure = L’ancienne clé privée doit être détruite
admin-keys-sure-needed = Cochez la case : l’ancienne clé doit être détruite.

admin-backups-made = Sauvegardes
admin-backups-in = Elles sont gardées dans
admin-backups-no-folder = Choisissez d’abord le dossier où garder les sauvegardes.
admin-backups-none = Il n’y en a pas encore.
admin-backup-holds = { $sessions ->
    [one] { $sessions } séance
   *[other] { $sessions } séances
}, { $entries ->
    [one] { $entries } entrée
   *[other] { $entries } entrées
}, { $size } Mo
admin-backup-check = Vérifier
admin-backup-keep = Nombre à conserver
admin-backup-keep-hint = Les plus anciennes qui sont intègres sont ensuite supprimées. Vide : toutes restent.
admin-backup-make = Sauvegarder maintenant
admin-backup-restore = Rien ne se restaure d’ici. Arrêtez la station et utilisez la ligne de commande :
admin-backup-folder = Où garder les sauvegardes
admin-backup-folder-field = Dossier
admin-backup-folder-hint = Son chemin complet, sur un autre disque que le stockage.
admin-backup-folder-choose = Garder les sauvegardes dans ce dossier
admin-backup-keys = Les clés, à part des sauvegardes
admin-backup-keys-more = Aucune sauvegarde ne se lit sans les clés, et elles ne sont dans aucune. Elles se trouvent dans
admin-backup-keys-file = Nouveau fichier
admin-backup-keys-file-hint = Son chemin complet, sur un autre support que les sauvegardes.
admin-backup-passphrase = Phrase secrète
admin-backup-passphrase-hint = Plusieurs mots. Sans elle, personne ne peut ouvrir le fichier.
admin-backup-passphrase-again = La phrase secrète encore une fois
admin-backup-keys-write = Écrire les clés dans ce fichier
admin-backup-keys-wrote = Les clés sont dans { $file }. Gardez-le à part des sauvegardes.

admin-accesses-more = Quiconque montre ou exporte un dossier figure ici, avec l’heure et la raison. Personne ne peut en retirer une ligne sans que cela se voie.
admin-accesses-whole = { $count ->
    [one] Le journal est tel qu’il a été écrit : { $count } ligne.
   *[other] Le journal est tel qu’il a été écrit : { $count } lignes.
}
admin-accesses-fault = Le journal n’est pas tel qu’il a été écrit.
admin-accesses-filter = Montrer ceux-ci
admin-accesses-all = Tout montrer
admin-accesses-person = Personne
admin-accesses-session = Séance
admin-accesses-day = Jour
admin-accesses-number = N°
admin-accesses-when = Quand
admin-accesses-who = Qui
admin-accesses-what = Quoi
admin-accesses-of = De
admin-accesses-why = Pourquoi
admin-accesses-subjects = { $count ->
    [0] personne
    [1] une personne
   *[other] { $count } personnes
}
admin-accesses-none = Aucun accès ne correspond.
admin-accesses-older = Plus anciens

admin-doctor-more = Constaté { $at }. Rien n’a été changé et aucun port n’a été ouvert.
admin-doctor-again = Vérifier de nouveau maintenant
admin-doctor-mend = Que faire :
admin-verify = Vérifier le stockage
admin-verify-more = Chaque entrée, chaque chaîne et chaque sceau est vérifié. Cela peut durer ; une séance qui commence entre-temps passe avant.
admin-verify-begin = Tout vérifier maintenant

admin-retention-more = Rien n’est jamais effacé automatiquement. Ici figure ce qui n’a plus à être conservé.
admin-retention-kept = Dossiers
admin-retention-none = Il n’y a pas encore de dossiers.
admin-retention-line = { $sessions ->
    [one] { $sessions } séance
   *[other] { $sessions } séances
}, dernière entrée du { $last }
admin-retention-minor = mineur à l’époque
admin-retention-unknown-age = date de naissance inconnue : considéré comme adulte
admin-retention-due = n’a plus à être conservé depuis le { $day }
admin-retention-until = à conserver jusqu’au { $day }
admin-retention-rule = La règle
admin-retention-rule-now = { $years } ans après la dernière entrée, et pour les mineurs jusqu’au { $age }e anniversaire.
admin-retention-rule-by = Fixée par { $by }, { $at }.
admin-retention-rule-usual = Ce sont des valeurs usuelles et non un conseil ; personne n’a encore fixé celles du cabinet.
admin-retention-years = Années après la dernière entrée
admin-retention-minor-until = Pour les mineurs, au moins jusqu’à cet anniversaire
admin-retention-set = Fixer cette règle
admin-erase = Effacer cette personne
admin-erase-find = Effacer une personne
admin-erase-reference = Numéro de la personne au cabinet
admin-erase-reference-hint = Il ne figure dans aucune adresse de page.
admin-erase-look = Voir
admin-erase-who = Personne { $name }
admin-erase-ids = Identifiants aléatoires
admin-erase-sessions = Séances
admin-erase-last = Dernière entrée
admin-erase-kept = Conservation
admin-erase-more = Nom, date de naissance, contact et tous les textes libres des séances deviennent illisibles pour toujours : leurs clés sont détruites. Les séances restent sous l’identifiant aléatoire et se vérifient comme avant. Les exports et les sauvegardes des clés ne sont pas atteints d’ici.
admin-erase-ground = Motif
admin-ground-not-needed = plus nécessaire
admin-ground-consent-withdrawn = consentement retiré
admin-ground-objection = opposition
admin-ground-unlawful = traité sans droit
admin-ground-legal-duty = une loi l’exige
admin-ground-other = autre
admin-erase-reason-hint = Elle reste lisible pour toujours. N’écrivez pas ici le nom de la personne.
admin-erase-requested = Demandé le
admin-erase-again = Le numéro de la personne encore une fois
admin-erase-again-hint = Pour que personne d’autre ne soit effacé par erreur.
admin-erase-again-wrong = Ce n’est pas le numéro de cette personne.
admin-erase-now = Effacer pour toujours
admin-erased = Cette personne a été effacée
admin-erased-by = Décidé par
admin-erased-more = Supprimez aussi les exports des séances et les sauvegardes antérieures des clés : ils nomment encore la personne.

admin-outbox-more = Transmissions qui ne sont pas terminées. Elles partent d’elles-mêmes à l’échéance.
admin-outbox-empty = Rien n’est en attente.
admin-outbox-waiting = en attente
admin-outbox-sending = commencée, sans réponse
admin-outbox-refused = refusée par le destinataire
admin-outbox-line = séance { $session }, { $tries ->
    [one] { $tries } essai
   *[other] { $tries } essais
}, demandé par { $by }
admin-outbox-due = prévu { $at }
admin-outbox-cancel = Annuler
admin-outbox-run = Tout essayer maintenant
