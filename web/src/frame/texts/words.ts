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

  /**
   * @param locale - as the embedding page gave it; a language that is not built in is English
   * @param countryCode - the region of the amounts if the locale names none
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
  }

  say(key: TextKey, values: Readonly<Record<string, string>> = {}): string {
    if (this.showsKeys) return key;
    const text = Object.hasOwn(this.own, key) ? this.own[key] : undefined;
    return (text ?? this.texts[key]).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  }

  amount(amount: number, currency: string): string {
    try {
      return new Intl.NumberFormat(this.region, { style: 'currency', currency }).format(amount);
    } catch {
      // No currency that this browser knows.
      return `${amount.toFixed(2)} ${currency}`;
    }
  }
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
