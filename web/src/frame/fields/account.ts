import { inGroups } from './digits';
import type { Grouping } from './digits';
import { onlyDigits } from './card';
import type { TextKey } from '../texts/keys';

// The countries of SEPA, with the length of their IBANs.
const ibanLengths: Readonly<Record<string, number>> = {
  AD: 24, AL: 28, AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24, FI: 18, FR: 27, GB: 22,
  GI: 23, GR: 27, HR: 21, HU: 28, IE: 22, IS: 26, IT: 27, LI: 21, LT: 20, LU: 20, LV: 21, MC: 27, MD: 24, ME: 22, MK: 19,
  MT: 31, NL: 18, NO: 15, PL: 28, PT: 25, RO: 24, RS: 22, SE: 24, SI: 19, SK: 24, SM: 27, VA: 22,
};

// Of SEPA but outside the European Economic Area, where a bank may still be asked for by its BIC.
const wantsBic = ['AD', 'AL', 'CH', 'GB', 'GI', 'MC', 'MD', 'ME', 'MK', 'RS', 'SM', 'VA'];

const longestIban = 34;

export const compact = (text: string): string => text.replace(/[^0-9a-z]/gi, '').toUpperCase();

const writeIban = (text: string) => inGroups(text.toUpperCase(), [4]);

export function ibanGrouping(iban: string): Grouping {
  return { keep: /[0-9a-z]/i, limit: ibanLengths[compact(iban).slice(0, 2)] ?? longestIban, write: writeIban };
}

/** How an IBAN looks in a country, all in zeros: an account that a customer can't take for a real one. */
export function ibanPattern(country: string): string {
  const known = country in ibanLengths ? country : 'DE';
  return writeIban(known.padEnd(ibanLengths[known] ?? longestIban, '0'));
}

export const mayNeedBic = (iban: string): boolean => wantsBic.includes(compact(iban).slice(0, 2));

/** Checks an IBAN: of SEPA, or of Switzerland and Liechtenstein only. */
export function checkIban(text: string, isSwiss: boolean): TextKey | undefined {
  const iban = compact(text);
  if (iban === '') return 'upc.error.required';
  if (/^[A-Z]{2}/.test(iban)) {
    const country = iban.slice(0, 2);
    if (isSwiss && country !== 'CH' && country !== 'LI') return 'upc.error.iban.swiss';
    if (!(country in ibanLengths)) return 'upc.error.iban.country';
    if (iban.length < (ibanLengths[country] ?? longestIban)) return 'upc.error.iban.incomplete';
  }
  return /^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban) && iban.length === ibanLengths[iban.slice(0, 2)] && remainderOf97(iban) === 1
    ? undefined
    : 'upc.error.iban';
}

// ISO 13616: the first four characters go last, letters count from A = 10, and the remainder is 1.
function remainderOf97(iban: string): number {
  let remainder = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4))
    for (const digit of Number.parseInt(character, 36).toString()) remainder = (remainder * 10 + Number(digit)) % 97;
  return remainder;
}

export function checkBic(text: string): TextKey | undefined {
  const bic = compact(text);
  return bic === '' || /^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/.test(bic) ? undefined : 'upc.error.bic';
}

export const sortCodeGrouping: Grouping = { keep: onlyDigits, limit: 6, write: (digits) => inGroups(digits, [2], '-') };

export const accountNumberGrouping: Grouping = { keep: onlyDigits, limit: 8, write: (digits) => digits };

export function checkSortCode(text: string): TextKey | undefined {
  if (text === '') return 'upc.error.required';
  return /^\d\d-\d\d-\d\d$/.test(text) ? undefined : 'upc.error.sort.code';
}

export function checkAccountNumber(text: string): TextKey | undefined {
  if (text === '') return 'upc.error.required';
  return /^\d{8}$/.test(text) ? undefined : 'upc.error.account.number';
}

export function checkHolder(text: string): TextKey | undefined {
  if (text.trim() === '') return 'upc.error.required';
  // A name has a letter and no long number: the number of a card that went into the wrong field must not be sent as a name.
  return /\p{L}/u.test(text) && !/\d{5}/.test(text.replace(/[\s-]/g, '')) && text.length <= 100 ? undefined : 'upc.error.holder';
}

export function checkEmail(text: string): TextKey | undefined {
  if (text.trim() === '') return 'upc.error.required';
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim()) && text.length <= 254 ? undefined : 'upc.error.email';
}
