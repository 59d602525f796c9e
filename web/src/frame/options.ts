import type { Choice, Session, StoredInstrument } from './session';

/** One thing to pay with: an instrument that is stored, or a new one. */
export type Option = { key: string; instrument: StoredInstrument } | { key: Choice; choice: Choice };

/** The words of the consent to autopay that the customer may give with an option; undefined where it is not offered. */
export function autopayTextOf(session: Session, option: Option, language: string): string | undefined {
  const isOffered =
    'instrument' in option ? option.instrument.mayAutopay : option.choice !== 'BANK_TRANSFER' && option.choice !== 'CASH';
  return isOffered ? session.autopay[language] : undefined;
}

/** What a session offers: stored instruments first. */
export function optionsOf(session: Session): readonly Option[] {
  return [
    ...session.instruments.map((instrument) => ({ key: `instrument-${instrument.id}`, instrument })),
    ...session.choices.map((choice) => ({ key: choice, choice })),
  ];
}
