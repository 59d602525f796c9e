import { customProperties, schemeOf } from '../shared/styling';
import type { Styling } from '../shared/messages';
import type { Look } from './session';

/** Puts an embedding page's styling onto the frame's document, as custom properties that were read strictly. */
export function apply(styling: Styling): void {
  const root = document.documentElement;
  for (const [name, value] of Object.entries(customProperties(styling))) root.style.setProperty(name, value);
  const scheme = schemeOf(styling);
  if (scheme !== 'light dark') root.dataset['scheme'] = scheme;
  root.dataset['theme'] = styling.appearance?.theme === 'flat' ? 'flat' : 'plain';

  const primary = customProperties(styling)['--primary'];
  if (primary !== undefined) root.style.setProperty('--on-primary', readableOn(primary));
}

/** Puts the merchant's colour onto the frame's document. A colour of the embedding page goes before it. */
export function wear(look: Look): void {
  for (const [name, color] of Object.entries(look)) document.documentElement.style.setProperty(`--merchant-${name}`, color);
}

/** Black or white, whichever is read better on a colour (relative luminance of WCAG 2). */
function readableOn(color: string): string {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  if (!context) return '#fff';
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  const linear = (value: number) => (value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#fff' : '#000';
}
