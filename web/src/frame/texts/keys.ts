import type { en } from './en';

export type TextKey = keyof typeof en;
export type Texts = Record<TextKey, string>;
