# Programs that are told of what happens to sessions.
admin-section-webhooks = Webhooks
    .more = Programmes avertis de la clôture d’une séance
webhooks-more = Un programme à l’une de ces adresses est averti lorsqu’une séance évolue. Il reçoit les identifiants de la séance et de l’entrée, et rien d’un patient. Ce qui échoue est retenté pendant sept jours.
webhooks-secret = Le secret, affiché cette seule fois
webhooks-secret-more = Le destinataire vérifie avec lui que le message vient de cette station. Copiez-le maintenant ; il ne peut pas être affiché de nouveau.
webhooks-none = Personne n’est encore averti.
webhooks-line = par { $by }, { $at }
webhooks-waiting = { $count ->
    [0] rien en attente
    [1] un message en attente
   *[other] { $count } messages en attente
}
webhooks-add = Ajouter
webhooks-url = Adresse
webhooks-url-hint = https://, ou http:// pour un programme sur cet ordinateur
webhooks-events = Averti de
webhooks-no-event = Choisissez-en au moins un.
webhooks-remove = Retirer
webhooks-session-opened = séance ouverte
webhooks-session-closed = séance close
webhooks-session-amended = séance rectifiée
webhooks-session-signed = séance signée
webhooks-state-delivered = remis
webhooks-state-waiting = attend le prochain essai
webhooks-state-sending = commencé, sans réponse
webhooks-state-refused = abandonné
webhooks-state-cancelled = annulé
