# Ce qui figure sur chaque page.
frame-skip = Aller au contenu
frame-places = Rubriques
frame-running = Enregistrement en cours
frame-account = Votre compte
frame-lock = Verrouiller cet écran
frame-log-out = Se déconnecter
frame-purpose = Enregistrement et documentation uniquement ; devicelog ne démarre, n’arrête ni ne règle aucun appareil
frame-language = Langue

place-live = Séance
place-open = Nouvelle séance
place-sessions = Dossiers
place-devices = Appareils
place-administration = Administration

field-optional = (facultatif)
field-either = (l’un des deux)
field-errors = { $count ->
    [1] Un champ est à vérifier
   *[other] { $count } champs sont à vérifier
}

problem-refused = Cela ne vous est pas ouvert
    .more = Votre rôle ne le comprend pas. Adressez-vous à la personne qui administre la station.
problem-no-page = Cette page n’existe pas
    .more = L’adresse est peut-être ancienne, ou ce qu’elle désignait n’existe plus.
problem-not-possible = Ce n’est pas possible
    .more = Ce qui a été envoyé n’a pas pu être compris. Revenez en arrière et réessayez.
problem-not-now = Ce n’est pas possible maintenant
    .more = Réessayez dans un instant.
problem-fault = devicelog a commis une erreur
    .more = Rien de ce qui a été enregistré n’est perdu. Réessayez ; si cela se répète, prévenez la personne qui s’occupe de la station.
problem-back = Au début
