/** English texts as the server says them, with places in braces for what it fills in, and what they are in a language. */
export type Catalogue = Readonly<Record<string, string>>;
export type Translate = (text: string) => string;

interface Pattern {
  said: RegExp;
  wording: string;
  /** How much of it is fixed: the most specific pattern wins. */
  fixed: number;
}

const PLACE = /\{(\w+)\}/;
/** What this place holds has been said by the server too, as the error of a field is. All else stays as it came. */
const NESTED = "reason";
const FIELD = /^([\w.]+): (.+)$/s;

/** Unknown texts stay as they are. */
export function translator(catalogue: Catalogue): Translate {
  const entries = Object.entries(catalogue);
  const whole = new Map(entries.filter(([english]) => !PLACE.test(english)));
  const patterns = entries
    .filter(([english]) => PLACE.test(english))
    .map(([english, wording]) => patternOf(english, wording))
    .sort((one, other) => other.fixed - one.fixed);

  const known = (text: string): string | undefined => {
    const found = whole.get(text);
    if (found !== undefined) return found;
    for (const { said, wording } of patterns) {
      const places = said.exec(text)?.groups;
      if (places) return filled(wording, places, sentence);
    }
    return undefined;
  };
  const sentence: Translate = (text) => ofFields(text, known) ?? known(text) ?? text;
  return (text) => text.split("\n").map(sentence).join("\n");
}

function patternOf(english: string, wording: string): Pattern {
  // Split by what it captures, every other part is the name of a place.
  const parts = english.split(PLACE).map((part, index) => (index % 2 ? `(?<${part}>.*?)` : escaped(part)));
  return { said: new RegExp(`^${parts.join("")}$`, "s"), wording, fixed: english.replaceAll(/\{\w+\}/g, "").length };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function filled(wording: string, places: Record<string, string>, translate: Translate): string {
  return wording.replaceAll(/\{(\w+)( de)?\}/g, (_, name: string, de?: string) => {
    const given = places[name] ?? "";
    if (de) return counted(given);
    return name === NESTED ? translate(given) : given;
  });
}

/** Romanian counts `19 zile`, but `20 de zile`. */
function counted(number: string): string {
  const count = Number(number.replaceAll(",", ""));
  const last = count % 100;
  return count >= 20 && (last === 0 || last >= 20) ? `${number} de` : number;
}

/** `name: …; time_zone: …`, as the lines of a report have it. */
function ofFields(text: string, known: (text: string) => string | undefined): string | undefined {
  const told: string[] = [];
  for (const part of text.split("; ")) {
    const [, field, problem] = FIELD.exec(part) ?? [];
    const theirs = problem === undefined ? undefined : known(problem);
    if (theirs === undefined) return undefined;
    told.push(`${field}: ${theirs}`);
  }
  return told.join("; ");
}
