import { customerDataOf, portMessage, publicIdOf, readToLoader } from '../shared/messages';
import type { PaymentState, ToFrame, ToLoader } from '../shared/messages';
import { radiusOf, schemeOf, shadowOf } from '../shared/styling';
import type { Configuration } from './configuration';
import { returnAddressOf } from './returning';
import { frameTitle, unreachable } from './texts';

// About as high as the form that most customers will see, so that the page around it moves little when it appears.
const heightBeforeContent = 420;

// How long the frame may take to answer once it is loaded. It does not answer at all if the page may not embed it.
const answerTimeMs = 8_000;

/** Why `submitPayment` came to nothing. */
export class PaymentError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'PaymentError';
  }
}

interface Waiting {
  resolve: () => void;
  reject: (reason: PaymentError) => void;
}

/** One widget in one container: the iframe, and the way to talk to it. */
export class Embedding {
  private readonly frame: HTMLIFrameElement;
  /** What stands in the container: the frame, or a sentence in its place. */
  private shown: HTMLElement;
  private readonly waiting = new Map<number, Waiting>();
  private port: MessagePort | undefined;
  private state: PaymentState = { isProcessing: false, canSubmit: false };
  private submissions = 0;
  private answerTimer = 0;
  private isDestroyed = false;

  constructor(
    private readonly configuration: Configuration,
    private readonly origin: string,
  ) {
    const frame = document.createElement('iframe');
    frame.src = `${origin}/widget/frame?session=${encodeURIComponent(publicIdOf(configuration.token))}`;
    frame.title = frameTitle(configuration.locale);
    frame.referrerPolicy = 'no-referrer';
    // Through the object model, which a Content-Security-Policy without inline styles allows.
    Object.assign(frame.style, {
      display: 'block',
      width: '100%',
      height: `${heightBeforeContent}px`,
      border: '0',
      colorScheme: schemeOf(configuration.styling),
      borderRadius: radiusOf(configuration.styling) ?? '12px',
      boxShadow: shadowOf(configuration.styling.boxShadow) ?? 'none',
    });
    frame.addEventListener('load', () => this.connect());
    configuration.container.append(frame);
    this.frame = frame;
    this.shown = frame;
  }

  destroy(): void {
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    window.clearTimeout(this.answerTimer);
    this.port?.close();
    this.shown.remove();
    this.failAll(new PaymentError('destroyed', 'The payment widget was removed.'));
  }

  submitPayment(): Promise<void> {
    const port = this.port;
    if (!port || this.isDestroyed) return Promise.reject(new PaymentError('not_ready', 'The payment widget is not ready.'));
    const id = ++this.submissions;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.say({ type: 'submit', id });
    });
  }

  getPaymentState(): PaymentState {
    return { ...this.state };
  }

  updateCustomerData(data: unknown): void {
    this.configuration.customerData = { ...this.configuration.customerData, ...customerDataOf(data) };
    this.say({ type: 'customer', customerData: this.configuration.customerData });
  }

  /** Gives the frame's document its end of a channel. A document that is loaded anew gets a new one. */
  private connect(): void {
    if (this.isDestroyed) return;
    this.port?.close();
    this.failAll(new PaymentError('reloaded', 'The payment widget was loaded anew.'));
    const channel = new MessageChannel();
    this.port = channel.port1;
    channel.port1.onmessage = (event: MessageEvent<unknown>) => {
      const message = readToLoader(event.data);
      if (message) this.hear(message);
    };
    // With the exact origin: a frame that shows anything but our page gets neither the port nor, by it, the token.
    this.frame.contentWindow?.postMessage({ type: portMessage }, this.origin, [channel.port2]);
    this.start();
    window.clearTimeout(this.answerTimer);
    this.answerTimer = window.setTimeout(() => this.sayUnreachable(), answerTimeMs);
  }

  private start(): void {
    const { token, environment, countryCode, locale, styling, texts, hideHeading, hidePaymentButton, customerData, showsKeys } =
      this.configuration;
    const returnUrl = returnAddressOf(window.location.href);
    this.say({
      type: 'start',
      token,
      environment,
      countryCode,
      locale,
      styling,
      texts,
      hideHeading,
      hidePaymentButton,
      customerData,
      showsKeys,
      returnUrl,
    });
  }

  private say(message: ToFrame): void {
    this.port?.postMessage(message);
  }

  private hear(message: ToLoader): void {
    window.clearTimeout(this.answerTimer);
    switch (message.type) {
      case 'height':
        this.frame.style.height = `${message.height}px`;
        break;
      case 'state':
        this.state = { isProcessing: message.isProcessing, canSubmit: message.canSubmit };
        this.configuration.onPaymentStateChange(this.getPaymentState());
        break;
      case 'success':
        this.configuration.onSuccess(message.paymentRequestToken, message.details, message.instrumentToken);
        break;
      case 'changed':
        this.configuration.onSessionChange();
        break;
      case 'submitted':
        this.settle(message);
        break;
      case 'redirect':
        window.location.assign(message.address);
        break;
    }
  }

  private settle(message: Extract<ToLoader, { type: 'submitted' }>): void {
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.failure) waiting?.reject(new PaymentError(message.failure.code, message.failure.message));
    else waiting?.resolve();
  }

  private failAll(reason: PaymentError): void {
    const all = [...this.waiting.values()];
    this.waiting.clear();
    for (const waiting of all) waiting.reject(reason);
  }

  /** Nothing answered: the server is away, or this page may not embed the frame. */
  private sayUnreachable(): void {
    const text = document.createElement('p');
    text.setAttribute('role', 'alert');
    text.textContent = unreachable(this.configuration.locale);
    this.shown.replaceWith(text);
    this.shown = text;
    this.port?.close();
    this.port = undefined;
    this.failAll(new PaymentError('unreachable', text.textContent));
  }
}
