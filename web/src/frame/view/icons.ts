import { html, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { Scheme, SchemeName } from '../fields/card';
import type { Choice } from '../session';

// The schemes in as few lines as they can be told apart by; their names are read out, not drawn small.
const marks: Readonly<Record<SchemeName, TemplateResult>> = {
  visa: svg`<rect width="34" height="22" rx="4" fill="#1a1f71"/><path fill="#fff"
    d="m13.6 14.9 1.3-7.8H17l-1.3 7.8zm9.5-7.6a5 5 0 0 0-1.8-.3c-2 0-3.4 1-3.4 2.5 0 1 1 1.6 1.8 2s1 .6 1 1c0 .5-.6.8-1.3.8
    -.9 0-1.4-.1-2.2-.5l-.3-.1-.3 1.8c.6.2 1.6.5 2.6.5 2.1 0 3.5-1 3.5-2.6 0-.9-.5-1.5-1.7-2-.7-.4-1.1-.6-1.1-1s.4-.7 1.1-.7
    c.7 0 1.1.1 1.5.3l.2.1zM26.700 7.100h-1.600c-.5 0-.9.1-1.100.7l-3 7.100h2.200l.4-1.200h2.600l.3 1.200h1.900z
    M24.200 12.100l1.100-2.900.6 2.900zM11.900 7.100l-2 5.300-.2-1C9.300 10.100 8.100 8.800 6.800 8.100l1.800 6.800h2.200
    l3.300-7.800z"/><path fill="#f7b600" d="M8 7.100H4.700v.2c2.600.6 4.300 2.200 5 4.100l-.7-3.600c-.1-.5-.5-.7-1-.7"/>`,
  mastercard: svg`<rect width="34" height="22" rx="4" fill="#252525"/><circle cx="13.500" cy="11" r="6.500" fill="#eb001b"/><circle
    cx="20.500" cy="11" r="6.500" fill="#f79e1b"/><path fill="#ff5f00" d="M17 5.500a6.500 6.500 0 0 1 0 11 6.500 6.500 0 0 1 0-11"/>`,
  amex: svg`<rect width="34" height="22" rx="4" fill="#016fd0"/><text x="17" y="14" fill="#fff" font-size="8" font-weight="700"
    text-anchor="middle" font-family="Arial,sans-serif" textLength="27" lengthAdjust="spacingAndGlyphs">AMEX</text>`,
  maestro: svg`<rect width="34" height="22" rx="4" fill="#252525"/><circle cx="13.500" cy="11" r="6.500" fill="#eb001b"/><circle
    cx="20.500" cy="11" r="6.500" fill="#00a2e5"/><path fill="#7375cf" d="M17 5.500a6.500 6.500 0 0 1 0 11 6.500 6.500 0 0 1 0-11"/>`,
  discover: svg`<rect width="34" height="22" rx="4" fill="#fff"/><circle cx="25" cy="11" r="5" fill="#f76b1c"/><text x="3" y="14"
    fill="#231f20" font-size="7" font-weight="700" font-family="Arial,sans-serif" textLength="18"
    lengthAdjust="spacingAndGlyphs">DISC</text>`,
  diners: svg`<rect width="34" height="22" rx="4" fill="#fff"/><circle cx="17" cy="11" r="7.500" fill="#0079be"/><path
    fill="#fff" d="M15 6.500v9a4.800 4.800 0 0 1 0-9m4 0a4.800 4.800 0 0 1 0 9z"/>`,
  jcb: svg`<rect width="34" height="22" rx="4" fill="#fff"/><path fill="#0e4c96" d="M7 5h6v9a3 3 0 0 1-3 3H7z"/><path
    fill="#e1062c" d="M14 5h6v9a3 3 0 0 1-3 3h-3z"/><path fill="#00913a" d="M21 5h6v9a3 3 0 0 1-3 3h-3z"/>`,
  unionpay: svg`<rect width="34" height="22" rx="4" fill="#fff"/><path fill="#e21836" d="M9 4h7l-3 14H6z"/><path
    fill="#00447c" d="M15 4h7l-3 14h-7z"/><path fill="#007b84" d="M21 4h7l-3 14h-7z"/>`,
};

const lines: Readonly<Record<'card' | 'bank' | 'cash' | 'debit', TemplateResult>> = {
  card: svg`<rect x="2.500" y="5" width="19" height="14" rx="2.500"/><path d="M2.500 9.500h19M6 15h4"/>`,
  bank: svg`<path d="M3 9.500 12 4l9 5.500zM5.500 10v7m4.300-7v7m4.400-7v7m4.300-7v7M3 20h18"/>`,
  debit: svg`<path d="M4 8h13m-3.500-3.500L17 8l-3.500 3.500M20 16H7m3.500-3.500L7 16l3.500 3.500"/>`,
  cash: svg`<rect x="2.500" y="6" width="19" height="12" rx="2"/><circle cx="12" cy="12" r="2.700"/><path d="M6 12h.01M18 12h.01"/>`,
};

const lineOf: Readonly<Record<Choice, keyof typeof lines>> = {
  CREDIT_CARD: 'card', SEPA: 'debit', BACS: 'debit', CH_DD: 'debit', LSV: 'debit', BANK_TRANSFER: 'bank', CASH: 'cash',
};

export const schemeIcon = (scheme: Scheme): TemplateResult =>
  html`<svg class="scheme" viewBox="0 0 34 22" role="img" aria-label=${scheme.title}>${marks[scheme.name]}</svg>`;

export const choiceIcon = (choice: Choice): TemplateResult => line(lines[lineOf[choice]]);

export const warningIcon = (): TemplateResult => line(svg`<circle cx="12" cy="12" r="9"/><path d="M12 7.500v5.500m0 3.500v.01"/>`);

export const doneIcon = (): TemplateResult => line(svg`<circle cx="12" cy="12" r="9"/><path d="m8 12.300 2.700 2.700L16 9.500"/>`);

export const clockIcon = (): TemplateResult => line(svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.300l3.300 2"/>`);

export const lockIcon = (): TemplateResult =>
  line(svg`<rect x="5" y="10.500" width="14" height="9.500" rx="2"/><path d="M8 10.500V8a4 4 0 0 1 8 0v2.500"/>`);

function line(drawing: TemplateResult): TemplateResult {
  return html`<svg class="line" viewBox="0 0 24 24" aria-hidden="true">${drawing}</svg>`;
}
