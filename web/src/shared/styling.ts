import type { Styling } from './messages';

// Only what a colour, a length or a shadow needs. Nothing that loads (url), reads other properties (var, attr) or leaves
// the value can be written with it. A value that is still no CSS has no effect.
const color = /^(#[\da-f]{3,8}|[a-z]{3,32}|(rgb|rgba|hsl|hsla|oklch|oklab|lab|lch)\([\d\s.,%/deg-]{3,64}\))$/i;
const length = /^(0|\d{1,3}(\.\d{1,3})?(px|rem|em))$/;
const measure = String.raw`-?\d{1,3}(\.\d{1,3})?(px|rem|em)?`;
const tint = String.raw`#[\da-f]{3,8}|[a-z]{3,32}|(rgb|rgba|hsl|hsla)\([\d\s.,%/deg-]{3,64}\)`;
const shadowPart = new RegExp(String.raw`^(inset\s+)?(${measure}\s+){1,3}${measure}(\s+(${tint}))?$`, 'i');

export const colorOf = (value: string | undefined): string | undefined => whole(value, color);

export const lengthOf = (value: string | undefined): string | undefined => whole(value, length);

export function shadowOf(value: string | undefined): string | undefined {
  if (value === undefined || value.length > 256) return undefined;
  const trimmed = value.trim();
  // Commas within the parentheses of a colour part no shadows.
  const parts = trimmed.split(/,(?![^(]*\))/);
  return trimmed === 'none' || parts.every((part) => shadowPart.test(part.trim())) ? trimmed : undefined;
}

function whole(value: string | undefined, form: RegExp): string | undefined {
  const trimmed = value?.trim();
  return trimmed !== undefined && trimmed.length <= 96 && form.test(trimmed) ? trimmed : undefined;
}

/** Light, dark, or as the customer's system has it. Dark comes only where the page has not chosen colours for light. */
export function schemeOf(styling: Styling): 'light' | 'dark' | 'light dark' {
  switch (styling.appearance?.theme) {
    case 'night':
      return 'dark';
    case 'stripe':
    case 'flat':
      return 'light';
    default:
      return styling.textColorMain || styling.secondaryColor || styling.appearance?.variables?.['colorBackground'] ? 'light' : 'light dark';
  }
}

/** How round the corners are: of the fields, the buttons and the whole. */
export const radiusOf = (styling: Styling): string | undefined =>
  lengthOf(styling.borderRadius) ?? lengthOf(styling.appearance?.variables?.['borderRadius']);

/** The custom properties that a page's styling sets, with what is not understood left out. */
export function customProperties(styling: Styling): Record<string, string> {
  const variables = styling.appearance?.variables ?? {};
  const wanted: Record<string, string | undefined> = {
    '--primary': colorOf(styling.primaryColor) ?? colorOf(variables['colorPrimary']),
    '--surface-raised': colorOf(styling.secondaryColor),
    '--surface': colorOf(variables['colorBackground']),
    '--text': colorOf(styling.textColorMain) ?? colorOf(variables['colorText']),
    '--text-quiet': colorOf(styling.textColorSecondary) ?? colorOf(variables['colorTextSecondary']),
    '--danger': colorOf(variables['colorDanger']),
    '--border': colorOf(styling.borderColor),
    '--radius': radiusOf(styling),
    '--card-radius': radiusOf(styling),
  };
  return Object.fromEntries(Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
