// The only words that the loader itself needs: the frame's name, and that the frame did not come.
const titles: Record<string, string> = {
  de: 'Zahlung', en: 'Payment', es: 'Pago', fr: 'Paiement', it: 'Pagamento', nl: 'Betaling',
};

const unreachables: Record<string, string> = {
  de: 'Die Zahlungsseite ist nicht erreichbar. Bitte laden Sie die Seite neu.',
  en: 'The payment form could not be loaded. Please reload the page.',
  es: 'No se ha podido cargar el formulario de pago. Vuelva a cargar la página.',
  fr: 'Le formulaire de paiement n’a pas pu être chargé. Veuillez recharger la page.',
  it: 'Impossibile caricare il modulo di pagamento. Ricarichi la pagina.',
  nl: 'Het betaalformulier kon niet worden geladen. Laad de pagina opnieuw.',
};

const languageOf = (locale: string) => locale.slice(0, 2).toLowerCase();

export const frameTitle = (locale: string): string => titles[languageOf(locale)] ?? 'Payment';

export const unreachable = (locale: string): string => unreachables[languageOf(locale)] ?? unreachables['en'] ?? '';
