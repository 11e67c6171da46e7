import type { en } from "./en";

/** Every text of the English original, in another language. */
export type Translated<English> = Record<keyof English, string>;

export type Texts = Translated<typeof en>;
export type TextKey = keyof Texts;
