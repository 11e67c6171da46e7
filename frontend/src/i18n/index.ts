import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import type { en } from "./en";
import { front } from "./en/front";
import type { Translate } from "./translator";

export type { Translate };

export type Language = "en" | "ro";
export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "en", name: "English" },
  { code: "ro", name: "Română" },
];

const KEY = "kilowatch.language";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
    keySeparator: false;
    nsSeparator: false;
  }
}

export async function startLanguages() {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: front } },
    lng: "en",
    fallbackLng: "en",
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false }, // React escapes
  });
  await speak(known(localStorage.getItem(KEY)) ?? known(navigator.language) ?? "en");
}

/** The texts behind the front door: the signed-in shell waits for them. */
export async function loadTexts() {
  const { en } = await import("./en");
  i18next.addResourceBundle("en", "translation", en);
}

/** Texts other than English come when they are wanted. */
export async function speak(language: Language) {
  if (language === "ro" && !i18next.hasResourceBundle("ro", "translation")) {
    const [{ ro }, { told }] = await Promise.all([import("./ro"), import("./ro/told")]);
    i18next.addResourceBundle("ro", "translation", ro);
    translators.set("ro", told);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(KEY, language);
}

const translators = new Map<string, Translate>();

/** The server speaks English, for logs, scripts and stored reports; it is shown in the language of the person. */
export function serverText(language: string): Translate {
  return translators.get(language) ?? ((text) => text);
}

let chosen: Language | null = null;

/** By somebody, before it is known who it is. */
export function choose(language: Language) {
  chosen = language;
  return speak(language);
}

/** Once: whoever has signed in is who chose. */
export function takeChosen(): Language | null {
  const taken = chosen;
  chosen = null;
  return taken;
}

export function known(tag: string | null): Language | null {
  return LANGUAGES.find(({ code }) => tag === code || tag?.startsWith(`${code}-`))?.code ?? null;
}
