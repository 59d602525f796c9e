import type { Texts } from './keys';

export const de: Texts = {
  'upc.loading': 'Wird geladen',
  'upc.to.pay': 'Summe',
  'upc.save.title': 'Zahlungsart speichern',
  'upc.save.note': 'Jetzt wird nichts abgebucht.',
  'upc.test.mode': 'Testmodus',
  'upc.choose.payment': 'Wie möchten Sie bezahlen?',
  'upc.choose.instrument': 'Welche Zahlungsart möchten Sie speichern?',
  'upc.my.payment.instruments': 'Gespeicherte Zahlungsarten',
  'upc.other.payment.methods': 'Anders bezahlen',
  'upc.choice.CREDIT_CARD': 'Karte',
  'upc.choice.SEPA': 'SEPA-Lastschrift',
  'upc.choice.BACS': 'Bacs-Lastschrift',
  'upc.choice.CH_DD': 'Schweizer Lastschrift',
  'upc.choice.LSV': 'LSV+-Lastschrift',
  'upc.choice.BANK_TRANSFER': 'Überweisung',
  'upc.choice.CASH': 'Barzahlung',
  'upc.instrument.expires': 'Gültig bis {expiry}',
  'upc.card.number': 'Kartennummer',
  'upc.card.expiry': 'Gültig bis',
  'upc.card.expiry.format': 'MM/JJ',
  'upc.card.code': 'Prüfnummer',
  'upc.card.code.back': '3 Ziffern auf der Rückseite',
  'upc.card.code.front': '4 Ziffern auf der Vorderseite',
  'upc.card.holder': 'Name auf der Karte',
  'upc.account.holder': 'Kontoinhaber',
  'upc.account.iban': 'IBAN',
  'upc.account.bic': 'BIC (freiwillig)',
  'upc.account.sort.code': 'Sort Code',
  'upc.account.number': 'Kontonummer',
  'upc.account.email': 'E-Mail für die Bestätigung',
  'upc.store': 'Diese Zahlungsart für das nächste Mal speichern',
  'upc.mandate.title': 'Lastschriftmandat',
  'upc.mandate.creditor': 'Gläubiger-Identifikationsnummer: {id}',
  'upc.mandate.SEPA':
    'Ich ermächtige {creditor}, Zahlungen von meinem Konto mittels Lastschrift einzuziehen. Zugleich weise ich mein ' +
    'Kreditinstitut an, die von {creditor} auf mein Konto gezogenen Lastschriften einzulösen. Hinweis: Ich kann innerhalb ' +
    'von acht Wochen, beginnend mit dem Belastungsdatum, die Erstattung des belasteten Betrages verlangen. Es gelten dabei ' +
    'die mit meinem Kreditinstitut vereinbarten Bedingungen.',
  'upc.mandate.CH_DD':
    'Hiermit ermächtige ich {creditor} bis auf Widerruf, die fälligen Beträge mit Lastschrift von meinem Konto abzubuchen. ' +
    'Weist mein Konto nicht die erforderliche Deckung auf, so besteht für meine Bank keine Verpflichtung zur Belastung. Jede ' +
    'Belastung wird mir avisiert; ich kann ihr innert 30 Tagen nach dem Avis bei meiner Bank schriftlich widersprechen.',
  'upc.mandate.LSV':
    'Hiermit ermächtige ich meine Bank bis auf Widerruf, die auf Schweizer Franken lautenden Lastschriften von {creditor} ' +
    'meinem Konto zu belasten. Weist mein Konto nicht die erforderliche Deckung auf, so besteht für meine Bank keine ' +
    'Verpflichtung zur Belastung. Jede Belastung wird mir avisiert und zurückvergütet, falls ich innert 30 Tagen nach dem ' +
    'Avis in verbindlicher Form Widerspruch einlege.',
  'upc.mandate.BACS':
    'Bitte zahlen Sie {creditor} Lastschriften von diesem Konto nach den Regeln der Direct Debit Guarantee. Nur Sie allein ' +
    'sind für die Freigabe von Belastungen nötig. Bei einem Fehler erstattet Ihre Bank den Betrag sofort und in voller Höhe. ' +
    'Sie können jederzeit bei Ihrer Bank widerrufen.',
  'upc.mandate.accept': 'Ich erteile dieses Mandat',
  'upc.signature': 'Unterschrift',
  'upc.signature.note': 'Hier mit Finger, Stift oder Maus unterschreiben',
  'upc.signature.name': 'Oder vollen Namen eintippen',
  'upc.signature.clear': 'Löschen',
  'upc.transfer.note':
    'Sie bezahlen mit einer Überweisung Ihrer Bank. {merchant} nennt Ihnen das Konto; bitte geben Sie „{reference}“ als ' +
    'Verwendungszweck an.',
  'upc.cash.note': 'Sie bezahlen bar vor Ort bei {merchant}. Hier wird nichts abgebucht.',
  'upc.page.note': 'Sie geben Ihre Karte auf der sicheren Seite unseres Zahlungsdienstleisters ein und kommen danach hierher zurück.',
  'upc.page.wallets': 'Wo {merchant} es annimmt und Ihr Gerät es hat, bietet diese Seite auch Apple Pay oder Google Pay an.',
  'upc.page.account':
    'Sie geben Ihr Bankkonto ein und erteilen das Lastschriftmandat auf der sicheren Seite unseres Zahlungsdienstleisters ' +
    'und kommen danach hierher zurück.',
  'upc.page.continue': 'Weiter',
  'upc.page.pay': 'Weiter und {amount} zahlen',
  'upc.pay': '{amount} bezahlen',
  'upc.pay.cash': '{amount} bar bezahlen',
  'upc.pay.transfer': '{amount} überweisen',
  'upc.save': 'Speichern',
  'upc.processing': 'Wird verarbeitet',
  'upc.redirecting': 'Sie werden weitergeleitet',
  'upc.pending.title': 'Bestätigung wird abgewartet',
  'upc.pending.note': 'Das dauert einen Moment. Bitte lassen Sie diese Seite geöffnet.',
  'upc.confirm.title': 'Ihre Bank bittet um Bestätigung',
  'upc.confirm.note': 'Bestätigen Sie diese Zahlung bei Ihrer Bank. Danach kommen Sie hierher zurück.',
  'upc.confirm.continue': 'Weiter zu Ihrer Bank',
  'upc.claimed.title': 'Eine Zahlung dafür läuft bereits',
  'upc.claimed.note':
    'Sie wurde auf einer anderen Seite begonnen und wartet bei der Bank auf eine Bestätigung. Bestätigen Sie sie ' +
    'dort, oder geben Sie sie auf und zahlen Sie hier: Es wird einmal abgebucht.',
  'upc.claimed.wait':
    'Sie wurde auf einer anderen Seite begonnen. Hier geht es von selbst weiter, sobald feststeht, wie sie endet.',
  'upc.claimed.here': 'Aufgeben und hier zahlen',
  'upc.done.title': 'Vielen Dank',
  'upc.done.pay': 'Ihre Zahlung über {amount} wurde angenommen.',
  'upc.done.save': 'Ihre Zahlungsart wurde angenommen.',
  'upc.expired.title': 'Diese Zahlungssitzung ist abgelaufen',
  'upc.expired.note': 'Es wurde nichts abgebucht. Bitte gehen Sie zurück und beginnen Sie neu.',
  'upc.exhausted.title': 'Zu viele Versuche wurden abgelehnt',
  'upc.exhausted.note': 'Es wurde nichts abgebucht. Bitte gehen Sie zurück und beginnen Sie neu, oder fragen Sie Ihre Bank.',
  'upc.used.title': 'Diese Zahlung ist bereits abgeschlossen',
  'upc.used.note': 'Hier ist nichts mehr zu bezahlen.',
  'upc.invalid.title': 'Diese Zahlungssitzung ist ungültig',
  'upc.invalid.note': 'Bitte gehen Sie zurück und beginnen Sie neu.',
  'upc.none.title': 'Hier kann zurzeit nicht bezahlt werden',
  'upc.none.note': 'Es wurde nichts abgebucht. Bitte versuchen Sie es später erneut, oder fragen Sie, wie Sie anders bezahlen können.',
  'upc.unavailable.title': 'Der Zahlungsdienst ist nicht erreichbar',
  'upc.unavailable.note': 'Bitte prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
  'upc.retry': 'Erneut versuchen',
  'upc.error.required': 'Bitte füllen Sie dieses Feld aus.',
  'upc.error.check': 'Bitte prüfen Sie dieses Feld.',
  'upc.error.fields': 'Bitte prüfen Sie die markierten Felder.',
  'upc.error.card.number': 'Diese Kartennummer ist ungültig.',
  'upc.error.card.number.incomplete': 'Diese Kartennummer ist unvollständig.',
  'upc.error.card.expiry': 'Bitte Monat und Jahr angeben, z. B. 09/29.',
  'upc.error.card.expired': 'Diese Karte ist abgelaufen.',
  'upc.error.card.code': 'Diese Prüfnummer ist ungültig.',
  'upc.error.holder': 'Bitte geben Sie einen Namen ein.',
  'upc.error.iban': 'Diese IBAN ist ungültig.',
  'upc.error.iban.incomplete': 'Diese IBAN ist unvollständig.',
  'upc.error.iban.country': 'Von Konten in diesem Land kann nicht abgebucht werden.',
  'upc.error.iban.swiss': 'Bitte geben Sie eine IBAN aus der Schweiz oder Liechtenstein an.',
  'upc.error.bic': 'Diese BIC ist ungültig.',
  'upc.error.sort.code': 'Ein Sort Code hat 6 Ziffern.',
  'upc.error.account.number': 'Eine Kontonummer hat 8 Ziffern.',
  'upc.error.email': 'Diese E-Mail-Adresse ist ungültig.',
  'upc.error.mandate': 'Bitte erteilen Sie das Mandat, um fortzufahren.',
  'upc.error.signature': 'Bitte unterschreiben Sie.',
  'upc.error.declined': 'Die Zahlung wurde abgelehnt. Bitte wählen Sie eine andere Zahlungsart oder fragen Sie Ihre Bank.',
  'upc.error.insufficient_funds': 'Das Konto ist nicht gedeckt. Bitte wählen Sie eine andere Zahlungsart.',
  'upc.error.expired_card': 'Diese Karte ist abgelaufen. Bitte verwenden Sie eine andere.',
  'upc.error.security_code_wrong': 'Die Prüfnummer ist falsch. Bitte prüfen Sie sie.',
  'upc.error.not_confirmed': 'Die Zahlung wurde nicht bestätigt. Bitte versuchen Sie es erneut.',
  'upc.error.given_up': 'Die frühere Zahlung wurde aufgegeben, und es wurde nichts abgebucht. Bitte wählen Sie, wie Sie zahlen.',
  'upc.error.refused':
    'Das kann hier gerade nicht bezahlt werden, und es wurde nichts abgebucht. Bitte laden Sie die Seite neu, oder ' +
    'fragen Sie, wie Sie sonst zahlen können.',
  'upc.error.not_entered': 'Es wurde keine Karte eingegeben. Bitte fahren Sie fort oder wählen Sie eine andere Zahlungsart.',
  'upc.error.no.return':
    'Ihre Bank verlangt eine Bestätigung und fände nicht auf diese Seite zurück. Bitte verwenden Sie eine andere Zahlungsart.',
  'upc.error.instrument_invalid': 'Diese Zahlungsart kann nicht verwendet werden. Bitte wählen Sie eine andere.',
  'upc.error.unavailable':
    'Der Zahlungsdienst ist gerade nicht verfügbar. Es wurde nichts abgebucht. Bitte versuchen Sie es gleich noch einmal.',
  'upc.error.connection': 'Die Verbindung ist abgebrochen. Bitte versuchen Sie es erneut; es wird nicht doppelt abgebucht.',
};
