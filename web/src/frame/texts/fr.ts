import type { Texts } from './keys';

export const fr: Texts = {
  'upc.loading': 'Chargement',
  'upc.to.pay': 'Total',
  'upc.save.title': 'Enregistrer un moyen de paiement',
  'upc.save.note': 'Rien n’est débité maintenant.',
  'upc.test.mode': 'Mode test',
  'upc.choose.payment': 'Comment souhaitez-vous payer ?',
  'upc.choose.instrument': 'Quel moyen de paiement souhaitez-vous enregistrer ?',
  'upc.my.payment.instruments': 'Moyens de paiement enregistrés',
  'upc.other.payment.methods': 'Payer autrement',
  'upc.choice.CREDIT_CARD': 'Carte',
  'upc.choice.SEPA': 'Prélèvement SEPA',
  'upc.choice.BACS': 'Prélèvement Bacs',
  'upc.choice.CH_DD': 'Prélèvement suisse',
  'upc.choice.LSV': 'Prélèvement LSV+',
  'upc.choice.BANK_TRANSFER': 'Virement bancaire',
  'upc.choice.CASH': 'Espèces',
  'upc.instrument.expires': 'Expire {expiry}',
  'upc.card.number': 'Numéro de carte',
  'upc.card.expiry': 'Date d’expiration',
  'upc.card.expiry.format': 'MM/AA',
  'upc.card.code': 'Code de sécurité',
  'upc.card.code.back': '3 chiffres au dos',
  'upc.card.code.front': '4 chiffres au recto',
  'upc.card.holder': 'Nom sur la carte',
  'upc.account.holder': 'Titulaire du compte',
  'upc.account.iban': 'IBAN',
  'upc.account.bic': 'BIC (facultatif)',
  'upc.account.sort.code': 'Sort code',
  'upc.account.number': 'Numéro de compte',
  'upc.account.email': 'E-mail pour la confirmation',
  'upc.store': 'Enregistrer ce moyen de paiement pour la prochaine fois',
  'upc.mandate.title': 'Mandat de prélèvement',
  'upc.mandate.creditor': 'Identifiant créancier : {id}',
  'upc.mandate.SEPA':
    'En donnant ce mandat, vous autorisez (A) {creditor} à envoyer des instructions à votre banque pour débiter votre ' +
    'compte, et (B) votre banque à débiter votre compte conformément aux instructions de {creditor}. Vous bénéficiez du ' +
    'droit d’être remboursé par votre banque selon les conditions décrites dans la convention que vous avez passée avec ' +
    'elle. Une demande de remboursement doit être présentée dans les 8 semaines suivant la date de débit de votre compte.',
  'upc.mandate.CH_DD':
    'Vous autorisez {creditor}, jusqu’à révocation, à prélever les montants dus sur votre compte. Si le compte n’est pas ' +
    'suffisamment approvisionné, votre banque n’est pas tenue de le débiter. Chaque débit vous est notifié ; vous pouvez le ' +
    'contester par écrit auprès de votre banque dans les 30 jours suivant l’avis.',
  'upc.mandate.LSV':
    'Vous autorisez votre banque, jusqu’à révocation, à débiter de votre compte les recouvrements directs en francs suisses ' +
    'de {creditor}. Si le compte n’est pas suffisamment approvisionné, votre banque n’est pas tenue de le débiter. Chaque ' +
    'débit vous est notifié et vous est remboursé si vous le contestez en la forme requise dans les 30 jours suivant l’avis.',
  'upc.mandate.BACS':
    'Veuillez payer à {creditor} les prélèvements sur ce compte, sous la protection de la Direct Debit Guarantee. Vous êtes ' +
    'la seule personne dont l’autorisation est requise. En cas d’erreur, votre banque vous rembourse immédiatement et ' +
    'intégralement. Vous pouvez révoquer à tout moment auprès de votre banque.',
  'upc.mandate.accept': 'Je donne ce mandat',
  'upc.signature': 'Signature',
  'upc.signature.note': 'Signez ici avec le doigt, un stylet ou la souris',
  'upc.signature.name': 'Ou saisissez votre nom complet',
  'upc.signature.clear': 'Effacer',
  'upc.transfer.note':
    'Vous payez par un virement depuis votre banque. {merchant} vous indique le compte ; veuillez mentionner « {reference} » ' +
    'comme référence.',
  'upc.cash.note': 'Vous payez {merchant} en espèces sur place. Rien n’est débité ici.',
  'upc.page.note': 'Vous saisissez votre carte sur la page sécurisée de notre prestataire de paiement, puis vous revenez ici.',
  'upc.page.wallets':
    'Si {merchant} les accepte et si votre appareil les propose, cette page offre aussi Apple Pay ou Google Pay.',
  'upc.page.account':
    'Vous saisissez votre compte bancaire et donnez le mandat de prélèvement sur la page sécurisée de notre prestataire de ' +
    'paiement, puis vous revenez ici.',
  'upc.page.continue': 'Continuer',
  'upc.page.pay': 'Continuer et payer {amount}',
  'upc.pay': 'Payer {amount}',
  'upc.pay.cash': 'Payer {amount} en espèces',
  'upc.pay.transfer': 'Virer {amount}',
  'upc.save': 'Enregistrer',
  'upc.processing': 'Traitement en cours',
  'upc.redirecting': 'Vous allez être redirigé',
  'upc.pending.title': 'En attente de confirmation',
  'upc.pending.note': 'Cela prend un instant. Veuillez garder cette page ouverte.',
  'upc.confirm.title': 'Votre banque vous demande de confirmer',
  'upc.confirm.note': 'Confirmez ce paiement auprès de votre banque. Vous reviendrez ensuite ici.',
  'upc.confirm.continue': 'Continuer vers votre banque',
  'upc.claimed.title': 'Un paiement est déjà en cours',
  'upc.claimed.note':
    'Il a été commencé sur une autre page et attend une confirmation auprès de la banque. Confirmez-le là-bas, ou ' +
    'abandonnez-le et payez ici : vous n’êtes débité qu’une fois.',
  'upc.claimed.wait': 'Il a été commencé sur une autre page. Cette page continue d’elle-même dès que son issue est connue.',
  'upc.claimed.here': 'L’abandonner et payer ici',
  'upc.done.title': 'Merci',
  'upc.done.pay': 'Votre paiement de {amount} a été accepté.',
  'upc.done.save': 'Votre moyen de paiement a été accepté.',
  'upc.expired.title': 'Cette session de paiement a expiré',
  'upc.expired.note': 'Rien n’a été débité. Veuillez revenir en arrière et recommencer.',
  'upc.exhausted.title': 'Trop de tentatives ont été refusées',
  'upc.exhausted.note': 'Rien n’a été débité. Veuillez revenir en arrière et recommencer, ou interroger votre banque.',
  'upc.used.title': 'Ce paiement est déjà terminé',
  'upc.used.note': 'Il n’y a plus rien à payer ici.',
  'upc.invalid.title': 'Cette session de paiement n’est pas valide',
  'upc.invalid.note': 'Veuillez revenir en arrière et recommencer.',
  'upc.none.title': 'Aucun moyen de paiement n’est disponible pour le moment',
  'upc.none.note': 'Rien n’a été débité. Veuillez réessayer plus tard ou demander comment payer autrement.',
  'upc.unavailable.title': 'Le service de paiement est injoignable',
  'upc.unavailable.note': 'Veuillez vérifier votre connexion et réessayer.',
  'upc.retry': 'Réessayer',
  'upc.error.required': 'Veuillez remplir ce champ.',
  'upc.error.check': 'Veuillez vérifier ce champ.',
  'upc.error.fields': 'Veuillez vérifier les champs signalés.',
  'upc.error.card.number': 'Ce numéro de carte n’est pas valide.',
  'upc.error.card.number.incomplete': 'Ce numéro de carte est incomplet.',
  'upc.error.card.expiry': 'Veuillez indiquer le mois et l’année, p. ex. 09/29.',
  'upc.error.card.expired': 'Cette carte a expiré.',
  'upc.error.card.code': 'Ce code de sécurité n’est pas valide.',
  'upc.error.holder': 'Veuillez saisir un nom.',
  'upc.error.iban': 'Cet IBAN n’est pas valide.',
  'upc.error.iban.incomplete': 'Cet IBAN est incomplet.',
  'upc.error.iban.country': 'Les comptes de ce pays ne peuvent pas être débités.',
  'upc.error.iban.swiss': 'Veuillez saisir un IBAN suisse ou liechtensteinois.',
  'upc.error.bic': 'Ce BIC n’est pas valide.',
  'upc.error.sort.code': 'Un sort code comporte 6 chiffres.',
  'upc.error.account.number': 'Un numéro de compte comporte 8 chiffres.',
  'upc.error.email': 'Cette adresse e-mail n’est pas valide.',
  'upc.error.mandate': 'Veuillez donner le mandat pour continuer.',
  'upc.error.signature': 'Veuillez signer.',
  'upc.error.declined': 'Le paiement a été refusé. Veuillez utiliser un autre moyen de paiement ou contacter votre banque.',
  'upc.error.insufficient_funds': 'Le compte n’est pas suffisamment approvisionné. Veuillez utiliser un autre moyen de paiement.',
  'upc.error.expired_card': 'Cette carte a expiré. Veuillez en utiliser une autre.',
  'upc.error.security_code_wrong': 'Le code de sécurité est incorrect. Veuillez le vérifier.',
  'upc.error.not_confirmed': 'Le paiement n’a pas été confirmé. Veuillez réessayer.',
  'upc.error.given_up': 'Le paiement précédent a été abandonné et rien n’a été débité. Veuillez choisir comment payer.',
  'upc.error.refused':
    'Ceci ne peut pas être payé ici pour le moment, et rien n’a été débité. Veuillez recharger la page ou demander ' +
    'comment payer autrement.',
  'upc.error.not_entered': 'Aucune carte n’a été saisie. Veuillez continuer ou choisir un autre moyen de paiement.',
  'upc.error.no.return':
    'Votre banque demande une confirmation et ne pourrait pas revenir à cette page. Veuillez utiliser un autre moyen de paiement.',
  'upc.error.instrument_invalid': 'Ce moyen de paiement ne peut pas être utilisé. Veuillez en choisir un autre.',
  'upc.error.unavailable':
    'Le service de paiement est momentanément indisponible. Rien n’a été débité. Veuillez réessayer dans un instant.',
  'upc.error.connection': 'La connexion a été interrompue. Veuillez réessayer ; vous ne serez pas débité deux fois.',
};
