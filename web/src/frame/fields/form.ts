import type { TextKey } from '../texts/keys';

/** Says what is wrong with one field's text, if anything, in the light of the others. */
export type Check<Name extends string> = (text: string, all: Readonly<Record<Name, string>>) => TextKey | undefined;

/** A form with any fields. */
export interface AnyForm {
  readonly names: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
  fill(name: string, text: string): void;
  checkAll(): boolean;
  show(name: string, error: TextKey | undefined): void;
  clear(name: string): void;
}

/**
 * The texts of a form's fields, and the errors that it shows. While a customer types, the form does not call an unfinished
 * text wrong: an error appears when the customer leaves the field or sends the form, and goes away once the text is right.
 */
export class Form<Name extends string> {
  readonly names: readonly Name[];
  private readonly values: Record<Name, string>;
  private readonly shown = new Map<Name, TextKey>();
  private readonly edited = new Set<Name>();

  constructor(private readonly checks: Readonly<Record<Name, Check<Name>>>) {
    this.names = Object.keys(checks) as Name[];
    this.values = Object.fromEntries(this.names.map((name) => [name, ''])) as Record<Name, string>;
  }

  get texts(): Readonly<Record<Name, string>> {
    return this.values;
  }

  errorOf(name: Name): TextKey | undefined {
    return this.shown.get(name);
  }

  get firstError(): Name | undefined {
    return this.names.find((name) => this.shown.has(name));
  }

  edit(name: Name, text: string): void {
    this.values[name] = text;
    this.edited.add(name);
    for (const [other] of this.shown) if (other === name || !this.check(other)) this.shown.delete(other);
  }

  /** Fills in what the embedding page knows, unless the customer wrote something. */
  fill(name: Name, text: string): void {
    if (!this.edited.has(name)) this.values[name] = text;
  }

  /** The field is left. An empty one is no error yet: it may be its turn later. */
  leave(name: Name): void {
    if (this.values[name] !== '') this.show(name, this.check(name));
  }

  /** Shows every error, and says whether there is none. */
  checkAll(): boolean {
    for (const name of this.names) this.show(name, this.check(name));
    return this.shown.size === 0;
  }

  /** Shows an error that the server found. */
  show(name: Name, error: TextKey | undefined): void {
    if (error) this.shown.set(name, error);
    else this.shown.delete(name);
  }

  clear(name: Name): void {
    this.values[name] = '';
    this.shown.delete(name);
    this.edited.delete(name);
  }

  private check(name: Name): TextKey | undefined {
    return this.checks[name](this.values[name], this.values);
  }
}
