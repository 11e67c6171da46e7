import type { en } from "./en";

/** Every text of the English original, in another language; some languages count in more ways than English does. */
export type Translated<English> = Record<keyof English, string> & Partial<Record<`${string}_few`, string>>;

export type Texts = Translated<typeof en>;
export type TextKey = keyof typeof en;
