import { portMessage, isRecord, isWebAddress, publicIdOf, readToFrame } from '../shared/messages';
import type { Start, ToFrame, ToLoader } from '../shared/messages';

/** The frame's end of the channel to the embedding page. */
export interface Connection {
  start: Start;
  say: (message: ToLoader) => void;
  /** Takes what comes after the start. */
  listen: (hear: (message: Exclude<ToFrame, Start>) => void) => void;
}

/**
 * Waits for the embedding page to hand over a port and to say what to show. The first port that the parent itself gives
 * is the one; nothing else that is posted into this window is listened to.
 *
 * @param session - the public id by which the server decided who may embed this frame. A token of another session is
 * not taken: the page might not have been let in with it.
 */
export function connectionFromParent(session: string): Promise<Connection> {
  return new Promise((resolve) => {
    const accept = (event: MessageEvent<unknown>) => {
      const port = event.ports[0];
      if (event.source !== window.parent || !port || event.ports.length !== 1) return;
      if (!isRecord(event.data) || event.data['type'] !== portMessage) return;
      window.removeEventListener('message', accept);
      openOver(port, session, event.origin, resolve);
    };
    window.addEventListener('message', accept);
  });
}

function openOver(port: MessagePort, session: string, origin: string, resolve: (connection: Connection) => void): void {
  let hear: ((message: Exclude<ToFrame, Start>) => void) | undefined;
  let isStarted = false;
  port.onmessage = (event: MessageEvent<unknown>) => {
    const message = readToFrame(event.data);
    if (message?.type !== 'start') return void (message && hear?.(message));
    if (isStarted) return;
    isStarted = true;
    const isOfThisFrame = session !== '' && publicIdOf(message.token) === session;
    const start: Start = { ...message, token: isOfThisFrame ? message.token : '', returnUrl: returnUrlOf(message.returnUrl, origin) };
    resolve({ start, say: (said) => port.postMessage(said), listen: (heard) => (hear = heard) });
  };
}

// A customer comes back from their bank to the page that they left, and to no other. A page of no origin has no way back.
function returnUrlOf(address: string, origin: string): string {
  if (isWebAddress(address) && new URL(address).origin === origin) return address;
  return isWebAddress(origin) ? origin : '';
}
