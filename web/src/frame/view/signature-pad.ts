import { LitElement, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import type { TextKey } from '../texts/keys';
import type { Words } from '../texts/words';
import { warningIcon } from './icons';

// The picture has this size on every screen: a few kilobytes as black lines on nothing.
const width = 600;
const height = 180;

// The longest picture that the server takes.
const greatestLength = 64 * 1024;

/** Takes a signature, drawn or, for who cannot draw, typed. Tells it as a picture by `signed`; an empty text is none. */
export class SignaturePad extends LitElement {
  static override properties = { words: { attribute: false }, error: { attribute: false }, isDisabled: { attribute: false } };

  declare words: Words;
  declare error: TextKey | undefined;
  declare isDisabled: boolean;

  private typed = '';
  private isDrawing = false;
  private last: [number, number] = [0, 0];

  // In the frame's own document, whose style applies.
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render() {
    const { words } = this;
    return html`
      <div class="field">
        <div class="row">
          <label for="signature-name">${words.say('upc.signature')}</label>
          <button type="button" class="link" ?disabled=${this.isDisabled} @click=${this.clear}>${words.say('upc.signature.clear')}</button>
        </div>
        <canvas
          width=${width}
          height=${height}
          aria-hidden="true"
          class=${this.error ? 'invalid' : ''}
          @pointerdown=${this.begin}
          @pointermove=${this.move}
          @pointerup=${this.end}
          @pointercancel=${this.end}
        ></canvas>
        <p class="quiet">${words.say('upc.signature.note')}</p>
        <div class="box">
          <input
            id="signature-name"
            autocomplete="off"
            maxlength="100"
            placeholder=${words.say('upc.signature.name')}
            aria-invalid=${this.error ? 'true' : nothing}
            aria-describedby=${this.error ? 'signature-error' : nothing}
            ?disabled=${this.isDisabled}
            .value=${this.typed}
            @input=${this.type}
          />
        </div>
        <p class="error" id="signature-error">${this.error ? html`${warningIcon()}${words.say(this.error)}` : nothing}</p>
      </div>
    `;
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    const context = this.context();
    context.lineWidth = 3;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.strokeStyle = context.fillStyle = '#111';
  }

  private readonly begin = (event: PointerEvent): void => {
    if (this.isDisabled || event.button !== 0) return;
    if (this.typed !== '') this.clear();
    this.isDrawing = true;
    (event.target as HTMLCanvasElement).setPointerCapture(event.pointerId);
    this.last = this.placeOf(event);
    // A dot, should nothing follow.
    this.draw([this.last[0] + 0.1, this.last[1]]);
  };

  private readonly move = (event: PointerEvent): void => {
    if (!this.isDrawing) return;
    this.draw(this.placeOf(event));
  };

  private readonly end = (): void => {
    if (!this.isDrawing) return;
    this.isDrawing = false;
    this.tell();
  };

  private readonly type = (event: Event): void => {
    this.typed = (event.target as HTMLInputElement).value;
    this.wipe();
    const context = this.context();
    context.font = 'italic 64px "Segoe Script", "Snell Roundhand", "Brush Script MT", cursive';
    context.fillText(this.typed, 28, 128, width - 56);
    if (this.typed.trim() === '') this.tellText('');
    else this.tell();
  };

  private readonly clear = (): void => {
    this.typed = '';
    this.wipe();
    this.requestUpdate();
    this.tellText('');
  };

  private wipe(): void {
    this.context().clearRect(0, 0, width, height);
  }

  private tell(): void {
    const picture = this.canvas().toDataURL('image/png');
    this.tellText(picture.length <= greatestLength ? picture : '');
  }

  private tellText(detail: string): void {
    this.dispatchEvent(new CustomEvent('signed', { detail }));
  }

  // Piece by piece: a line that is stroked again and again loses its soft edges.
  private draw(to: [number, number]): void {
    const context = this.context();
    context.beginPath();
    context.moveTo(...this.last);
    context.lineTo(...to);
    context.stroke();
    this.last = to;
  }

  private placeOf(event: PointerEvent): [number, number] {
    const bounds = this.canvas().getBoundingClientRect();
    return [((event.clientX - bounds.left) * width) / bounds.width, ((event.clientY - bounds.top) * height) / bounds.height];
  }

  private canvas(): HTMLCanvasElement {
    const canvas = this.querySelector('canvas');
    if (!canvas) throw new Error('drawn before it was rendered');
    return canvas;
  }

  private context(): CanvasRenderingContext2D {
    const context = this.canvas().getContext('2d');
    if (!context) throw new Error('this browser has no canvas');
    return context;
  }
}

customElements.define('signature-pad', SignaturePad);
