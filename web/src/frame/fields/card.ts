import { inGroups } from './digits';
import type { Grouping } from './digits';
import type { TextKey } from '../texts/keys';

export type SchemeName = 'visa' | 'mastercard' | 'amex' | 'maestro' | 'discover' | 'diners' | 'jcb' | 'unionpay';

export interface Scheme {
  name: SchemeName;
  title: string;
  prefix: RegExp;
  lengths: readonly number[];
  groups: readonly number[];
  codeLength: 3 | 4;
}

const fours = [4];

// The first that fits counts; Maestro's prefixes are the widest and come last.
const schemes: readonly Scheme[] = [
  { name: 'visa', title: 'Visa', prefix: /^4/, lengths: [13, 16, 19], groups: fours, codeLength: 3 },
  {
    name: 'mastercard',
    title: 'Mastercard',
    prefix: /^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/,
    lengths: [16],
    groups: fours,
    codeLength: 3,
  },
  { name: 'amex', title: 'American Express', prefix: /^3[47]/, lengths: [15], groups: [4, 6, 5], codeLength: 4 },
  { name: 'diners', title: 'Diners Club', prefix: /^3(0[0-5]|[689])/, lengths: [14, 16], groups: [4, 6, 4], codeLength: 3 },
  { name: 'jcb', title: 'JCB', prefix: /^35(2[89]|[3-8])/, lengths: [16, 17, 18, 19], groups: fours, codeLength: 3 },
  { name: 'discover', title: 'Discover', prefix: /^6(011|5|4[4-9])/, lengths: [16, 19], groups: fours, codeLength: 3 },
  { name: 'unionpay', title: 'UnionPay', prefix: /^62/, lengths: [16, 17, 18, 19], groups: fours, codeLength: 3 },
  { name: 'maestro', title: 'Maestro', prefix: /^(5[06-9]|6)/, lengths: [12, 13, 14, 15, 16, 17, 18, 19], groups: fours, codeLength: 3 },
];

const longestNumber = 19;

export const onlyDigits = /\d/;

export const digitsOf = (text: string): string => text.replace(/\D/g, '');

export function schemeOfNumber(number: string): Scheme | undefined {
  const digits = digitsOf(number);
  return schemes.find((scheme) => scheme.prefix.test(digits));
}

export function schemeNamed(brand: string | undefined): Scheme | undefined {
  const wanted = brand?.toLowerCase().replace(/[^a-z]/g, '');
  return schemes.find((scheme) => scheme.name === wanted || scheme.title.toLowerCase().replace(/[^a-z]/g, '') === wanted);
}

export function numberGrouping(number: string): Grouping {
  const scheme = schemeOfNumber(number);
  return {
    keep: onlyDigits,
    limit: scheme?.lengths.at(-1) ?? longestNumber,
    write: (digits) => inGroups(digits, scheme?.groups ?? fours),
  };
}

export function checkNumber(number: string): TextKey | undefined {
  const digits = digitsOf(number);
  if (digits === '') return 'upc.error.required';
  const lengths = schemeOfNumber(digits)?.lengths ?? [longestNumber];
  if (digits.length < (lengths[0] ?? longestNumber)) return 'upc.error.card.number.incomplete';
  return lengths.includes(digits.length) && passesLuhn(digits) ? undefined : 'upc.error.card.number';
}

export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighed = index % 2 === 1 ? digit * 2 : digit;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

/** MM/YY. A first digit above 1 can only be a month of one digit; browsers fill in years of four. */
export const expiryGrouping: Grouping = {
  keep: onlyDigits,
  limit: 6,
  write: (typed) => {
    const digits = /^[2-9]/.test(typed) ? `0${typed}` : typed;
    const year = digits.slice(2).length === 4 && digits.startsWith('20', 2) ? digits.slice(4) : digits.slice(2, 4);
    return digits.length < 2 ? digits : `${digits.slice(0, 2)}/${year}`;
  },
};

export function checkExpiry(expiry: string, today: Date): TextKey | undefined {
  if (digitsOf(expiry) === '') return 'upc.error.required';
  const match = /^(0[1-9]|1[0-2])\/(\d\d)$/.exec(expiry);
  if (!match) return 'upc.error.card.expiry';
  const months = (2000 + Number(match[2])) * 12 + Number(match[1]) - 1;
  const now = today.getFullYear() * 12 + today.getMonth();
  if (months < now) return 'upc.error.card.expired';
  // No card lives so long: a slip of the finger.
  return months > now + 25 * 12 ? 'upc.error.card.expiry' : undefined;
}

export function checkCode(code: string, number: string): TextKey | undefined {
  if (code === '') return 'upc.error.required';
  const scheme = schemeOfNumber(number);
  const fits = scheme ? code.length === scheme.codeLength : code.length === 3 || code.length === 4;
  return fits && /^\d+$/.test(code) ? undefined : 'upc.error.card.code';
}
