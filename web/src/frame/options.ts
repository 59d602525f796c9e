import type { Choice, Session, StoredInstrument } from './session';

/** One thing to pay with: an instrument that is stored, or a new one. */
export type Option = { key: string; instrument: StoredInstrument } | { key: Choice; choice: Choice };

/** What a session offers: stored instruments first. */
export function optionsOf(session: Session): readonly Option[] {
  return [
    ...session.instruments.map((instrument) => ({ key: `instrument-${instrument.id}`, instrument })),
    ...session.choices.map((choice) => ({ key: choice, choice })),
  ];
}
