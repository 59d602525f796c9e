import { de } from './de';
import { en } from './en';
import { es } from './es';
import { fr } from './fr';
import { it } from './it';
import { nl } from './nl';
import type { TextKey, Texts } from './keys';

const languages: Readonly<Record<string, Texts>> = { de, en, es, fr, it, nl };

/** The words and amounts of one widget, in its customer's language. */
export class Words {
  /** The language of the words, for the page's `lang`. */
  readonly language: string;
  private readonly texts: Texts;
  private readonly region: string | undefined;
  /** Whether amounts are written as on our own pages: the embedding page names a language alone. */
  private readonly isOfLanguage: boolean;

  /**
   * @param locale - as the embedding page gave it; a language that is not built in is English
   * @param countryCode - the region of the amounts if the locale names none, and they are no euros or francs
   * @param own - texts of the embedding page, which win
   * @param showsKeys - whether to show the keys in place of the texts
   */
  constructor(
    locale: string,
    countryCode: string,
    private readonly own: Readonly<Record<string, string>> = {},
    private readonly showsKeys = false,
  ) {
    const language = locale.slice(0, 2).toLowerCase();
    this.language = language in languages ? language : 'en';
    this.texts = languages[this.language] ?? en;
    this.region = regionOf(locale, countryCode);
    this.isOfLanguage = !/[-_]/.test(locale);
  }

  say(key: TextKey, values: Readonly<Record<string, string>> = {}): string {
    if (this.showsKeys) return key;
    const text = Object.hasOwn(this.own, key) ? this.own[key] : undefined;
    return (text ?? this.texts[key]).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  }

  amount(amount: number, currency: string): string {
    try {
      const format = new Intl.NumberFormat(this.region, { style: 'currency', currency });
      return this.isOfLanguage && (currency === 'EUR' || currency === 'CHF')
        ? written(this.language, amount.toFixed(format.resolvedOptions().maximumFractionDigits), currency)
        : format.format(amount);
    } catch {
      // No currency that this browser knows.
      return `${amount.toFixed(2)} ${currency}`;
    }
  }
}

/** An amount as the page around the widget writes it (`CustomerTexts.Of`), so that a payer reads the same twice. */
function written(language: string, figure: string, currency: string): string {
  const [group, mark] = currency === 'CHF' ? ['’', '.'] : language === 'en' ? [',', '.'] : [language === 'fr' ? '\u202f' : '.', ','];
  const [whole = '', rest] = figure.split('.');
  const number = whole.replace(/\B(?=(\d{3})+$)/g, group) + (rest === undefined ? '' : mark + rest);
  if (currency === 'CHF') return `CHF\u00a0${number}`;
  return language === 'en' ? `€${number}` : language === 'nl' ? `€\u00a0${number}` : `${number}\u00a0€`;
}

function regionOf(locale: string, countryCode: string): string | undefined {
  const wanted = locale.replace('_', '-');
  for (const tag of wanted.includes('-') ? [wanted] : [`${wanted}-${countryCode}`, wanted])
    try {
      return Intl.getCanonicalLocales(tag)[0];
    } catch {
      // Not a language tag; the next one may be.
    }
  return undefined;
}
