import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { TextKey } from '../texts/keys';
import type { Words } from '../texts/words';
import { clockIcon, doneIcon, lockIcon, warningIcon } from './icons';

/** What is said in place of the form. */
export type NoticeName =
  | 'done'
  | 'waiting'
  | 'confirm'
  | 'claimed'
  | 'redirecting'
  | 'expired'
  | 'exhausted'
  | 'used'
  | 'invalid'
  | 'none'
  | 'unavailable';

interface Looks {
  icon: () => TemplateResult;
  title: TextKey;
  note: TextKey;
  mood: 'good' | 'bad' | 'plain';
  button?: TextKey;
  /** What gives the payment up that is under way. */
  giveUp?: TextKey;
}

const spinner = (): TemplateResult => html`<span class="spinner" aria-hidden="true"></span>`;

const looksOf: Readonly<Record<NoticeName, Looks>> = {
  done: { icon: doneIcon, title: 'upc.done.title', note: 'upc.done.pay', mood: 'good' },
  waiting: { icon: spinner, title: 'upc.pending.title', note: 'upc.pending.note', mood: 'plain' },
  redirecting: { icon: spinner, title: 'upc.redirecting', note: 'upc.pending.note', mood: 'plain' },
  confirm: {
    icon: lockIcon,
    title: 'upc.confirm.title',
    note: 'upc.confirm.note',
    mood: 'plain',
    button: 'upc.confirm.continue',
    giveUp: 'upc.other.payment.methods',
  },
  claimed: { icon: clockIcon, title: 'upc.claimed.title', note: 'upc.claimed.note', mood: 'plain', giveUp: 'upc.claimed.here' },
  expired: { icon: clockIcon, title: 'upc.expired.title', note: 'upc.expired.note', mood: 'bad' },
  exhausted: { icon: warningIcon, title: 'upc.exhausted.title', note: 'upc.exhausted.note', mood: 'bad' },
  used: { icon: doneIcon, title: 'upc.used.title', note: 'upc.used.note', mood: 'plain' },
  invalid: { icon: warningIcon, title: 'upc.invalid.title', note: 'upc.invalid.note', mood: 'bad' },
  none: { icon: warningIcon, title: 'upc.none.title', note: 'upc.none.note', mood: 'plain', button: 'upc.retry' },
  unavailable: { icon: warningIcon, title: 'upc.unavailable.title', note: 'upc.unavailable.note', mood: 'bad', button: 'upc.retry' },
};

/** What the customer can do about a notice. */
export interface Acts {
  act: () => void;
  /** Gives up the payment that is under way; missing where the customer can't. */
  giveUp?: () => void;
  isBusy: boolean;
  error?: TextKey;
}

/** One plain notice, with what can be done about it if there is anything. */
export function notice(words: Words, name: NoticeName, amount: string | undefined, acts: Acts): TemplateResult {
  const looks = looksOf[name];
  const note =
    name === 'done' && amount === undefined ? 'upc.done.save' : name === 'claimed' && !acts.giveUp ? 'upc.claimed.wait' : looks.note;
  const button = (key: TextKey, act: () => void, look: string) =>
    html`<button type="button" class=${look} ?disabled=${acts.isBusy} @click=${act}>${words.say(key)}</button>`;
  return html`
    <div class="notice ${looks.mood}">
      <div class="emblem">${looks.icon()}</div>
      <h1 tabindex="-1" id="notice">${words.say(looks.title)}</h1>
      <p>${words.say(note, { amount: amount ?? '' })}</p>
      ${acts.error ? html`<p class="wrong" role="alert">${words.say(acts.error)}</p>` : nothing}
      ${looks.button ? button(looks.button, acts.act, 'primary') : nothing}
      ${looks.giveUp && acts.giveUp ? button(looks.giveUp, acts.giveUp, looks.button ? 'second' : 'primary') : nothing}
    </div>
  `;
}
