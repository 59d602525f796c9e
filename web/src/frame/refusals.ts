import type { TextKey } from './texts/keys';

const said: Readonly<Record<string, TextKey>> = {
  insufficient_funds: 'upc.error.insufficient_funds',
  expired_card: 'upc.error.expired_card',
  security_code_wrong: 'upc.error.security_code_wrong',
  not_confirmed: 'upc.error.not_confirmed',
  not_entered: 'upc.error.not_entered',
  instrument_invalid: 'upc.error.instrument_invalid',
  instrument_unknown: 'upc.error.instrument_invalid',
  choice_not_offered: 'upc.error.instrument_invalid',
  given_up: 'upc.error.given_up',
  refused: 'upc.error.refused',
  key_reused: 'upc.error.refused',
};

/**
 * The text for a failed payment, by the server's code. Without a page to come back to, the widget sends no customer to the bank to
 * confirm.
 */
export const refusalOf = (code: string, mayComeBack: boolean): TextKey =>
  code === 'not_confirmed' && !mayComeBack ? 'upc.error.no.return' : (said[code] ?? 'upc.error.declined');
