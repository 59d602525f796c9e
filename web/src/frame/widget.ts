import { LitElement, html, nothing } from 'lit';
import type { PropertyValues, TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { CustomerData, PaymentState, Start, ToLoader } from '../shared/messages';
import { schemeNamed } from './fields/card';
import { Forms } from './forms';
import { autopayTextOf, optionsOf } from './options';
import type { Option } from './options';
import { refusalOf } from './refusals';
import { Server } from './server';
import type { PaymentAnswer } from './server';
import type { Outcome, Session } from './session';
import { wear } from './styling';
import type { TextKey } from './texts/keys';
import { Words } from './texts/words';
import { tick } from './view/field';
import type { Drawing } from './view/field';
import { bacsFields, cardFields, debitFields, plainNote } from './view/forms';
import { choiceIcon, schemeIcon, warningIcon } from './view/icons';
import { notice } from './view/notices';
import type { NoticeName } from './view/notices';

/** Why a payment came to nothing, for who asked for it from outside. */
export interface Failure {
  code: string;
  message: string;
}

type Stage = 'loading' | 'form' | NoticeName;

const pollPauseMs = 1_000;

// Longer than any timer may wait; a session that lives so long is looked at when it is used.
const longestTimerMs = 2 ** 31 - 1;

/** The payment form and all that follows it, in one frame. */
export class PaymentWidget extends LitElement {
  private words = new Words(navigator.language, '');
  private start: Start | undefined;
  private server: Server | undefined;
  private forms: Forms | undefined;
  private session: Session | undefined;
  private stage: Stage = 'loading';
  private isProcessing = false;
  private chosen = '';
  private error: TextKey | undefined;
  private hasFieldErrors = false;
  private customerData: CustomerData = {};
  private uncertain: { body: string; key: string } | undefined;
  private toldState = '';
  private expiryTimer = 0;
  private redirectTo = '';
  private isGivingUp = false;
  private looks = 0;
  private logoTag: string | undefined;
  private logo: string | undefined;

  /** Sends messages to the embedding page. */
  say: (message: ToLoader) => void = () => undefined;

  // In the frame's own document: browsers fill in forms there, and labels reach their fields.
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Shows the session that the embedding page started the frame with. */
  async open(start: Start): Promise<void> {
    // Said once more, now that somebody listens.
    this.toldState = '';
    this.start = start;
    this.words = new Words(start.locale, start.countryCode, start.texts, start.showsKeys);
    document.documentElement.lang = this.words.language;
    this.customerData = start.customerData;
    this.server = new Server(start.token);
    if (start.token === '') this.enter('invalid');
    else await this.resume();
  }

  /** Says that there is no session to show. */
  refuse(): void {
    document.documentElement.lang = this.words.language;
    this.enter('invalid');
  }

  updateCustomerData(data: CustomerData): void {
    this.customerData = data;
    this.forms?.fill(data);
    this.requestUpdate();
  }

  /** Looks at where the session stands and goes on from there: at first, after a return from a bank, when asked again. */
  async resume(): Promise<void> {
    if (!this.server) return;
    this.enter('loading');
    const failure = await this.look();
    if (this.isAwaiting) await this.follow(false);
    else if (failure) this.requestUpdate();
  }

  /** Pays with what is chosen. Returns why not, if not. */
  async submit(): Promise<Failure | undefined> {
    const option = this.option;
    if (this.stage === 'none') return { code: 'choice_not_offered', message: this.words.say('upc.none.title') };
    if (this.stage !== 'form' || this.isProcessing || !option || !this.forms || !this.server)
      return { code: 'not_ready', message: this.words.say('upc.loading') };
    this.error = undefined;
    if (!this.forms.isComplete(option)) return this.failToComplete();

    if (this.forms.isOnPage(option) && !this.start?.returnUrl) return this.fail('not_confirmed', 'upc.error.no.return');

    const body = this.forms.bodyOf(option, this.start?.returnUrl ?? '', this.words.language);
    const written = JSON.stringify(body);
    // A payment whose outcome is unknown keeps its key when the customer sends it again.
    const key = this.uncertain?.body === written ? this.uncertain.key : crypto.randomUUID();
    this.uncertain = { body: written, key };
    this.isProcessing = true;
    this.error = undefined;
    this.hasFieldErrors = false;
    this.requestUpdate();
    return await this.take(await this.server.pay(body, key));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const state = this.state;
    const told = JSON.stringify(state);
    // A page that waits for the form waits until there is one.
    if (this.stage === 'loading' || told === this.toldState) return;
    this.toldState = told;
    this.say({ type: 'state', ...state });
  }

  /** Whether a payment is under way, here or elsewhere. */
  private get isAwaiting(): boolean {
    return this.stage === 'waiting' || this.stage === 'confirm' || this.stage === 'claimed';
  }

  private get option(): Option | undefined {
    return this.options.find((option) => option.key === this.chosen);
  }

  private get options(): readonly Option[] {
    return this.session ? optionsOf(this.session) : [];
  }

  private get state(): PaymentState {
    const option = this.option;
    const canSubmit = this.stage === 'form' && !this.isProcessing && option !== undefined && this.forms?.maySubmit(option) === true;
    return { isProcessing: this.isProcessing || this.stage === 'waiting', canSubmit };
  }

  private async take(answer: PaymentAnswer): Promise<Failure | undefined> {
    if (answer.kind !== 'unreachable') this.uncertain = undefined;
    switch (answer.kind) {
      case 'ready':
        return this.finish(answer.outcome);
      case 'pending':
        if (answer.redirectTo !== undefined) return await this.redirect(answer.redirectTo);
        this.enter('waiting');
        return await this.follow(true);
      case 'in progress':
        this.enter('waiting');
        // It may be another payment of the payment session, which the customer goes on with or gives up.
        return await this.follow(false);
      case 'claimed':
        this.enter('claimed');
        await this.look();
        void this.follow(false);
        return { code: 'claimed', message: this.words.say('upc.claimed.title') };
      case 'refused':
        return this.fail(answer.code, refusalOf(answer.code, this.start?.returnUrl !== ''));
      case 'fields':
        this.isProcessing = false;
        return this.option && this.forms?.isOnPage(this.option) ? await this.failPage() : this.failFields(answer.fields);
      case 'expired':
      case 'exhausted':
      case 'used':
      case 'invalid':
        this.enter(answer.kind);
        return { code: answer.kind, message: this.words.say(`upc.${answer.kind}.title`) };
      case 'unavailable':
        return this.fail('unavailable', 'upc.error.unavailable');
      case 'unreachable':
        return this.fail('unreachable', 'upc.error.connection');
    }
  }

  /** Asks for the session once and enters the stage that it is in. Returns a failure if a payment came to nothing. */
  private async look(): Promise<Failure | undefined> {
    const look = ++this.looks;
    const answer = await this.server?.session();
    // An older answer than one that is known.
    if (look !== this.looks) return undefined;
    if (answer?.kind !== 'session') {
      // While a payment is awaited, a break in the network is waited out.
      if (answer?.kind === 'invalid' || this.stage === 'loading') this.enter(answer?.kind === 'invalid' ? 'invalid' : 'unavailable');
      return undefined;
    }

    return await this.show(answer.session);
  }

  private async show(session: Session): Promise<Failure | undefined> {
    this.session = session;
    const wasAwaiting = this.isAwaiting;
    const wasOurs = wasAwaiting && this.stage !== 'claimed';
    this.prepare(session);
    switch (session.status) {
      case 'open': {
        this.enter(this.options.length === 0 ? 'none' : 'form');
        // The customer knows what the customer gave up here.
        const code = this.isGivingUp ? undefined : (session.failure ?? (wasOurs ? 'not_confirmed' : undefined));
        return code === undefined ? undefined : this.fail(code, refusalOf(code, true));
      }
      case 'entering':
        return await this.takeEntered();
      case 'pending':
        this.redirectTo = session.redirectTo ?? '';
        this.enter(this.redirectTo === '' ? 'waiting' : 'confirm');
        return undefined;
      case 'claimed':
        this.enter('claimed');
        return undefined;
      case 'ready':
        if (session.outcome) return this.finish(session.outcome);
        this.enter('used');
        return undefined;
      case 'used':
      case 'expired':
      case 'exhausted':
        this.enter(session.status);
        // What it was for is settled elsewhere, so the page around it has more to say.
        if (session.status === 'used' && wasAwaiting) this.say({ type: 'changed' });
        return { code: session.status, message: this.words.say(`upc.${session.status}.title`) };
    }
  }

  /** Back from the provider's page: goes on with what the customer entered there. */
  private async takeEntered(): Promise<Failure | undefined> {
    if (!this.server) return undefined;
    this.enter('waiting');
    const answer = await this.server.pay(
      { entered: true, ...(this.start?.returnUrl && { returnUrl: this.start.returnUrl }) },
      crypto.randomUUID(),
    );
    if (answer.kind === 'refused' || answer.kind === 'unavailable' || answer.kind === 'unreachable') this.enter('form');
    return await this.take(answer);
  }

  /** Asks again and again until the payment is no longer pending. A customer who just paid goes to the bank by itself. */
  private async follow(isPaying: boolean): Promise<Failure | undefined> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, pollPauseMs));
      if (this.isGivingUp) continue;
      if (!this.isAwaiting) return undefined;
      const failure = await this.look();
      if (isPaying && this.stage === 'confirm') return await this.redirect(this.redirectTo);
      if (!this.isAwaiting) return failure;
    }
  }

  /** The customer pays in another way. Where the bank's approval was faster, the payment goes on. */
  private async giveUp(): Promise<void> {
    if (!this.server || this.isGivingUp) return;
    this.isGivingUp = true;
    this.error = undefined;
    this.looks++;
    this.requestUpdate();
    const answer = await this.server.giveUp();
    if (answer.kind === 'session') {
      await this.show(answer.session);
      if (this.stage === 'form') this.say({ type: 'changed' });
    } else if (answer.kind === 'invalid') this.enter('invalid');
    else this.error = answer.kind === 'unreachable' ? 'upc.error.unavailable' : 'upc.pending.note';
    this.isGivingUp = false;
    this.requestUpdate();
  }

  private prepare(session: Session): void {
    if (session.look) wear(session.look);
    void this.fetchLogo(session.logo);
    if (!this.forms) {
      this.forms = new Forms(session.requiresSignature);
      this.forms.fill(this.customerData);
    }
    // Another provider may take the payment than at the last look.
    this.forms.pages = session.pages;
    if (!this.option) this.choose(this.options[0]?.key ?? '');
    if (this.autopayText === undefined) this.forms.isForAutopay = false;
    window.clearTimeout(this.expiryTimer);
    const remainingMs = session.expiresAt ? session.expiresAt.getTime() - Date.now() : Number.POSITIVE_INFINITY;
    if (remainingMs < longestTimerMs) this.expiryTimer = window.setTimeout(() => this.expire(), Math.max(remainingMs, 0));
  }

  /** Until the logo is here, and where it does not come, the merchant's name stands in its place. */
  private async fetchLogo(tag: string | undefined): Promise<void> {
    if (tag === this.logoTag || !this.server || this.isHeadingHidden) return;
    this.logoTag = tag;
    const picture = tag === undefined ? undefined : await this.server.logo(tag);
    this.logo = picture && URL.createObjectURL(picture);
    this.requestUpdate();
  }

  /** The clock here says that the session is over; whether it is so the server knows. */
  private expire(): void {
    if (this.stage === 'form' && !this.isProcessing) void this.look();
  }

  private finish(outcome: Outcome): undefined {
    this.forms?.forget();
    this.enter('done');
    this.say({
      type: 'success',
      paymentRequestToken: outcome.paymentRequestToken,
      ...(outcome.details && { details: outcome.details }),
      ...(outcome.instrumentToken !== undefined && { instrumentToken: outcome.instrumentToken }),
    });
    return undefined;
  }

  /** The page is left: who waits for an answer gets none from this document. */
  private redirect(address: string): Promise<never> {
    this.enter('redirecting');
    this.say({ type: 'redirect', address });
    return new Promise<never>(() => undefined);
  }

  private enter(stage: Stage): void {
    this.isProcessing = stage === 'redirecting';
    const isNew = stage !== this.stage;
    this.stage = stage;
    if (isNew && stage !== 'form') this.error = undefined;
    this.requestUpdate();
    // The field that had the focus may be disabled by now, so the document is asked whether the customer is here.
    if (isNew && stage !== 'form' && stage !== 'loading' && document.hasFocus())
      void this.updateComplete.then(() => this.querySelector<HTMLElement>('#notice')?.focus());
  }

  private fail(code: string, error: TextKey): Failure {
    this.isProcessing = false;
    this.error = error;
    if (code === 'security_code_wrong') this.forms?.card.show('securityCode', error);
    this.requestUpdate();
    this.focusFirstError();
    return { code, message: this.words.say(error) };
  }

  /** The fields themselves show what is wrong; the sum of it is only for who hears it. */
  private failToComplete(): Failure {
    this.hasFieldErrors = true;
    this.requestUpdate();
    this.focusFirstError();
    return { code: 'invalid_fields', message: this.words.say('upc.error.fields') };
  }

  /** Another provider takes the card now, and wants it entered here. */
  private async failPage(): Promise<Failure> {
    await this.look();
    return this.fail('unavailable', 'upc.error.unavailable');
  }

  private failFields(fields: readonly { field: string; code: string }[]): Failure {
    const option = this.option;
    if (option) for (const { field, code } of fields) this.forms?.showError(option, field, code);
    return this.failToComplete();
  }

  private focusFirstError(): void {
    void this.updateComplete.then(() => {
      const first = this.querySelector<HTMLElement>('[aria-invalid="true"]');
      (first ?? this.querySelector<HTMLElement>('.banner'))?.focus();
    });
  }

  private choose(key: string): void {
    this.chosen = key;
    // The customer consents to what is chosen, and to nothing else.
    if (this.forms) this.forms.isForAutopay = false;
    this.error = undefined;
    this.hasFieldErrors = false;
    this.requestUpdate();
  }

  // No landmarks of its own: it is a part of the page around it, which has some.
  protected override render(): TemplateResult {
    return html`
      <div class="sheet" aria-busy=${this.stage === 'loading' || this.isProcessing}>
        ${this.stage === 'loading'
          ? this.skeleton()
          : this.stage === 'form' && this.session
            ? this.form(this.session)
            : this.notice(this.stage)}
        <p class="unseen" role="status">${this.spoken}</p>
      </div>
    `;
  }

  /** The text with which a screen reader announces what a sighted customer sees happen. */
  private get spoken(): string {
    if (this.stage === 'loading') return this.words.say('upc.loading');
    if (this.stage !== 'form') return '';
    if (this.isProcessing) return this.words.say('upc.processing');
    return this.hasFieldErrors ? this.words.say('upc.error.fields') : '';
  }

  private skeleton(): TemplateResult {
    return html`<div class="skeleton" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i></div>`;
  }

  private notice(stage: Exclude<Stage, 'loading'>): TemplateResult {
    const act = () => {
      if (stage === 'confirm') void this.redirect(this.redirectTo);
      else void this.resume();
    };
    const acts = {
      act,
      isBusy: this.isGivingUp,
      ...(this.session?.mayGiveUp && { giveUp: () => void this.giveUp() }),
      ...(this.error && { error: this.error }),
    };
    return html`<div role=${stage === 'done' || stage === 'waiting' ? 'status' : 'alert'}>
      ${notice(this.words, stage === 'form' ? 'unavailable' : stage, this.amount, acts)}
    </div>`;
  }

  private get amount(): string | undefined {
    return this.session && this.session.amount > 0 ? this.words.amount(this.session.amount, this.session.currency) : undefined;
  }

  /** The page around says who is paid; without an amount, the heading says what is done here. */
  private get isHeadingHidden(): boolean {
    return this.start?.hideHeading === true && this.amount !== undefined;
  }

  private form(session: Session): TemplateResult {
    const { words } = this;
    const isSingle = this.options.length === 1;
    return html`
      <form
        novalidate
        @submit=${(event: Event) => {
          event.preventDefault();
          void this.submit();
        }}
      >
        ${this.heading(session)}
        ${isSingle && this.option
          ? html`<div class="single">${this.singleTitle(this.option)}${this.panel(this.option, session)}</div>`
          : html`
              <fieldset ?disabled=${this.isProcessing}>
                <legend>${words.say(session.amount > 0 ? 'upc.choose.payment' : 'upc.choose.instrument')}</legend>
                ${this.optionList(session)}
              </fieldset>
            `}
        <div role="alert">
          ${this.error ? html`<div class="banner" tabindex="-1">${warningIcon()}<span>${words.say(this.error)}</span></div>` : nothing}
        </div>
        ${this.start?.hidePaymentButton ? nothing : this.button()}
      </form>
    `;
  }

  private heading(session: Session): TemplateResult {
    const { words } = this;
    const badge = this.start?.environment === 'live' ? nothing : html`<span class="badge">${words.say('upc.test.mode')}</span>`;
    if (this.isHeadingHidden)
      return html`<div class="head"><h1 class="unseen">${words.say('upc.to.pay')} ${this.amount}</h1>${badge}</div>`;
    return html`
      <div class="head">
        <div class="row">${this.brand(session)}${badge}</div>
        ${this.amount === undefined
          ? html`<h1 class="plain">${words.say('upc.save.title')}</h1><p class="reference">${words.say('upc.save.note')}</p>`
          : html`<h1><span class="unseen">${words.say('upc.to.pay')} </span>${this.amount}</h1><p
              class="reference">${session.referenceText}</p>`}
      </div>
    `;
  }

  private brand(session: Session): TemplateResult {
    return session.logo === undefined
      ? html`<p class="merchant">${session.merchant}</p>`
      : html`<p class="merchant logo">${this.logo ? html`<img src=${this.logo} alt=${session.merchant} height="40" />` : session.merchant}</p>`;
  }

  private optionList(session: Session): TemplateResult {
    const { words } = this;
    const stored = this.options.filter((option) => 'instrument' in option);
    const fresh = this.options.filter((option) => 'choice' in option);
    const list = (options: readonly Option[]) =>
      html`<div class="options">${repeat(options, (option) => option.key, (option) => this.optionRow(option, session))}</div>`;
    return html`
      ${stored.length === 0 ? nothing : html`<p class="group">${words.say('upc.my.payment.instruments')}</p>${list(stored)}`}
      ${stored.length === 0 || fresh.length === 0 ? nothing : html`<p class="group">${words.say('upc.other.payment.methods')}</p>`}
      ${fresh.length === 0 ? nothing : list(fresh)}
    `;
  }

  private optionRow(option: Option, session: Session): TemplateResult {
    const { words } = this;
    const isChosen = option.key === this.chosen;
    const scheme = 'instrument' in option ? schemeNamed(option.instrument.brand) : undefined;
    const choice = 'instrument' in option ? option.instrument.choice : option.choice;
    return html`
      <div class="option ${isChosen ? 'chosen' : ''}">
        <div class="choice">
          <input type="radio" name="option" id=${option.key} .checked=${isChosen} @change=${() => this.choose(option.key)} />
          <label for=${option.key}>
            <span class="name">
              ${'instrument' in option ? option.instrument.label : words.say(`upc.choice.${option.choice}`)}
              ${'instrument' in option && option.instrument.expiry
                ? html`<span class="quiet">${words.say('upc.instrument.expires', { expiry: option.instrument.expiry })}</span>`
                : nothing}
            </span>
            ${scheme ? schemeIcon(scheme) : choiceIcon(choice)}
          </label>
        </div>
        ${isChosen && 'choice' in option ? html`<div class="panel">${this.panel(option, session)}</div>` : nothing}
        ${isChosen && 'instrument' in option && this.autopayText !== undefined
          ? html`<div class="panel">${this.autopayTick()}</div>`
          : nothing}
      </div>
    `;
  }

  private singleTitle(option: Option): TemplateResult {
    return 'choice' in option ? html`<h2>${this.words.say(`upc.choice.${option.choice}`)}${choiceIcon(option.choice)}</h2>` : html``;
  }

  private get drawing(): Drawing {
    return { words: this.words, isDisabled: this.isProcessing, changed: () => this.requestUpdate() };
  }

  /** The server's words of the consent to autopay with what is chosen; undefined where it is not offered. */
  private get autopayText(): string | undefined {
    return this.session && this.option && autopayTextOf(this.session, this.option, this.words.language);
  }

  private autopayTick(): TemplateResult | typeof nothing {
    const { forms, autopayText } = this;
    return forms && autopayText !== undefined
      ? tick(this.drawing, 'autopay', autopayText, forms.isForAutopay, (isTicked) => (forms.isForAutopay = isTicked))
      : nothing;
  }

  private panel(option: Option, session: Session): TemplateResult {
    return html`${this.entry(option, session)}${this.autopayTick()}`;
  }

  private entry(option: Option, session: Session): TemplateResult {
    const { words, forms, drawing } = this;
    if ('instrument' in option || !forms) return html`<p class="note">${'instrument' in option ? option.instrument.label : nothing}</p>`;
    const store = session.mayStore
      ? tick(drawing, 'store', words.say('upc.store'), forms.isToBeStored, (isTicked) => (forms.isToBeStored = isTicked))
      : nothing;
    if (forms.isOnPage(option)) {
      const note = option.choice === 'CREDIT_CARD' ? 'upc.page.note' : 'upc.page.account';
      const wallets = option.choice === 'CREDIT_CARD' && session.mayOfferWallets
        ? html`<p class="note">${words.say('upc.page.wallets', { merchant: session.merchant })}</p>`
        : nothing;
      return html`<p class="note">${words.say(note)}</p>${wallets}${store}`;
    }
    switch (option.choice) {
      case 'CREDIT_CARD':
        return html`<div class="fields">${cardFields(drawing, forms.card)}</div>${store}`;
      case 'SEPA':
      case 'CH_DD':
      case 'LSV':
        return html`<div class="fields">${debitFields(
          drawing,
          forms.debits[option.choice],
          option.choice,
          session,
          this.start?.countryCode ?? '',
        )}</div>`;
      case 'BACS':
        return html`<div class="fields">${bacsFields(drawing, forms.bacs, session)}</div>`;
      case 'BANK_TRANSFER':
      case 'CASH':
        return plainNote(drawing, option.choice, session);
    }
  }

  private button(): TemplateResult {
    const { words } = this;
    const option = this.option;
    const isOnPage = option !== undefined && this.forms?.isOnPage(option) === true;
    const choice = option !== undefined && 'choice' in option ? option.choice : undefined;
    const pay = isOnPage ? 'upc.page.pay'
      : choice === 'CASH' ? 'upc.pay.cash'
        : choice === 'BANK_TRANSFER' ? 'upc.pay.transfer' : 'upc.pay';
    const label = this.amount === undefined
      ? words.say(isOnPage ? 'upc.page.continue' : 'upc.save')
      : words.say(pay, { amount: this.amount });
    return html`
      <button type="submit" class="primary" ?disabled=${this.isProcessing}>
        ${this.isProcessing ? html`<span class="spinner" aria-hidden="true"></span>${words.say('upc.processing')}` : label}
      </button>
    `;
  }
}

customElements.define('payment-widget', PaymentWidget);
