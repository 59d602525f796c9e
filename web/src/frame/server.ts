import { isRecord, isWebAddress, textMembers } from '../shared/messages';
import { readOutcome, readSession } from './session';
import type { Outcome, Session } from './session';
import type { PaymentBody } from './payment';

/** The result of asking for the session. */
export type SessionAnswer = { kind: 'session'; session: Session } | { kind: 'invalid' } | { kind: 'unreachable' };

/** The result of giving a payment up: the session as it stands then. */
export type GivingUpAnswer = SessionAnswer | { kind: 'in progress' };

/** The result of a payment. */
export type PaymentAnswer =
  | { kind: 'ready'; outcome: Outcome }
  | { kind: 'pending'; redirectTo?: string }
  | { kind: 'refused'; code: string }
  | { kind: 'fields'; fields: readonly { field: string; code: string }[] }
  | { kind: 'in progress' }
  /** Another payment for the same is under way. */
  | { kind: 'claimed' }
  | { kind: 'expired' }
  | { kind: 'used' }
  | { kind: 'exhausted' }
  | { kind: 'invalid' }
  | { kind: 'unavailable' }
  /** The outcome is unknown. The customer may send the same payment again under the same key. */
  | { kind: 'unreachable' };

const answerTimeMs = 45_000;
const pausesMs: readonly number[] = [800, 2_500];

/** The server's side of one payment session. The token goes nowhere but into the header. */
export class Server {
  constructor(
    private readonly token: string,
    private readonly ask: typeof fetch = (input, init) => fetch(input, init),
    private readonly pause: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  ) {}

  async session(): Promise<SessionAnswer> {
    return readAsked(await this.send('/widget/session', {}));
  }

  /** Gives up what waits for the customer at the bank. Asked twice, it gives up nothing more. */
  async giveUp(): Promise<GivingUpAnswer> {
    const answer = await this.send('/widget/session/payment', { method: 'DELETE' });
    return answer?.status === 409 ? { kind: 'in progress' } : readAsked(answer);
  }

  /** Sends a payment, again if the network breaks or the server does: always under the same key, so that it counts once. */
  async pay(body: PaymentBody, key: string): Promise<PaymentAnswer> {
    for (const pauseMs of [...pausesMs, undefined]) {
      const answer = await this.send('/widget/session/payment', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      });
      const read = answer && readPayment(answer.status, answer.body);
      if (read && read.kind !== 'unreachable') return read;
      if (pauseMs !== undefined) await this.pause(pauseMs);
    }
    return { kind: 'unreachable' };
  }

  /** The merchant's logo; undefined if it does not come. */
  async logo(tag: string): Promise<Blob | undefined> {
    const answer = await this.fetch(`/widget/session/logo?${encodeURIComponent(tag)}`, {});
    return answer?.ok ? await answer.blob().catch(() => undefined) : undefined;
  }

  private async send(path: string, request: RequestInit): Promise<{ status: number; body: unknown } | undefined> {
    const headers = { ...request.headers, Accept: 'application/json' };
    const answer = await this.fetch(path, { ...request, headers, cache: 'no-store' });
    return answer && { status: answer.status, body: await answer.json().catch(() => undefined) };
  }

  private async fetch(path: string, request: RequestInit): Promise<Response | undefined> {
    try {
      return await this.ask(path, {
        ...request,
        headers: { ...request.headers, Authorization: `Bearer ${this.token}` },
        credentials: 'omit',
        redirect: 'error',
        referrerPolicy: 'no-referrer',
        signal: AbortSignal.timeout(answerTimeMs),
      });
    } catch {
      return undefined;
    }
  }
}

function readAsked(answer: { status: number; body: unknown } | undefined): SessionAnswer {
  if (!answer) return { kind: 'unreachable' };
  if (answer.status === 401) return { kind: 'invalid' };
  const session = answer.status === 200 ? readSession(answer.body) : undefined;
  return session ? { kind: 'session', session } : { kind: 'unreachable' };
}

export function readPayment(status: number, body: unknown): PaymentAnswer {
  const { code = '' } = textMembers(body, ['code']);
  switch (status) {
    case 200:
      return readPaid(body);
    case 401:
      return { kind: 'invalid' };
    case 402:
      return { kind: 'refused', code };
    case 409:
      return code === 'in_progress' ? { kind: 'in progress' } : code === 'claimed' ? { kind: 'claimed' } : { kind: 'refused', code };
    case 410:
      return { kind: code === 'used' || code === 'exhausted' ? code : 'expired' };
    case 422:
      return code === '' ? { kind: 'fields', fields: readFields(body) } : { kind: 'refused', code };
    case 400:
    case 413:
      return { kind: 'fields', fields: [] };
    case 429:
    case 503:
      return { kind: 'unavailable' };
    default:
      return { kind: 'unreachable' };
  }
}

function readPaid(body: unknown): PaymentAnswer {
  const outcome = readOutcome(body);
  if (isRecord(body) && body['status'] === 'ready' && outcome) return { kind: 'ready', outcome };
  if (!isRecord(body) || body['status'] !== 'pending') return { kind: 'unreachable' };
  const { redirectTo } = textMembers(body, ['redirectTo']);
  return { kind: 'pending', ...(redirectTo !== undefined && isWebAddress(redirectTo) && { redirectTo }) };
}

function readFields(body: unknown): readonly { field: string; code: string }[] {
  const fields = isRecord(body) && Array.isArray(body['fields']) ? (body['fields'] as unknown[]) : [];
  return fields
    .map((field) => textMembers(field, ['field', 'code']))
    .filter((field) => field.field !== undefined)
    .map((field) => ({ field: field.field ?? '', code: field.code ?? '' }));
}
