import { expect, test } from "vitest";

import { told } from "./ro/told";
import catalogue from "./ro/server.json";
import { translator } from "./translator";

const translate = translator({
  "It is gone.": "S-a dus.",
  "There is no device {id}.": "Dispozitivul {id} nu există.",
  "There is no device {id} that it could be behind.": "Nu are în spatele cui să stea: {id}.",
  "Not taken: {reason}": "Nu s-a luat: {reason}",
  "not text": "nu este text",
  "Input should be {expected}": "trebuie să fie {expected}",
  "Input should be greater than {bound}": "trebuie să fie mai mare decât {bound}",
  "Input should be a valid date, {_detail}": "trebuie să fie o dată",
  "Stopped here: {reason}": "S-a oprit aici: {reason}",
  "The name {name} is taken.": "Numele {name} este luat.",
  "{path} is not (quite) a file.": "{path} nu este un fișier.",
  "At most {count} bytes.": "Cel mult {count de} octeți.",
});

test("what is said as a whole is looked up as a whole", () => {
  expect(translate("It is gone.")).toBe("S-a dus.");
});

test("what varies is carried over as it came", () => {
  expect(translate("There is no device 0042.")).toBe("Dispozitivul 0042 nu există.");
  expect(translate("Input should be greater than 1.50")).toBe("trebuie să fie mai mare decât 1.50");
});

test("of two patterns that fit, the more specific one is meant", () => {
  expect(translate("There is no device 7 that it could be behind.")).toBe("Nu are în spatele cui să stea: 7.");
  expect(translate("Input should be greater than 0")).toBe("trebuie să fie mai mare decât 0");
  expect(translate("Input should be 'a'")).toBe("trebuie să fie 'a'");
});

test("what means something in patterns is only text here", () => {
  expect(translate("a.csv is not (quite) a file.")).toBe("a.csv nu este un fișier.");
  expect(translate("a.csv is not quite a file.")).toBe("a.csv is not quite a file.");
});

test("a reason within a text is told in the same language, a name within it stays what it is", () => {
  expect(translate("Not taken: not text")).toBe("Nu s-a luat: nu este text");
  expect(translate("Stopped here: There is no device 7.")).toBe("S-a oprit aici: Dispozitivul 7 nu există.");
  expect(translate("The name not text is taken.")).toBe("Numele not text este luat.");
});

test("a place may be left out", () => {
  expect(translate("Input should be a valid date, input is too short")).toBe("trebuie să fie o dată");
});

test("the fields of a line are told one by one", () => {
  expect(translate("name: not text; body.kind: Input should be 'a'")).toBe("name: nu este text; body.kind: trebuie să fie 'a'");
});

test("lines are told one by one", () => {
  expect(translate("It is gone.\nThere is no device 7.")).toBe("S-a dus.\nDispozitivul 7 nu există.");
});

test("what is unknown stays as it is", () => {
  for (const text of ["", "Never heard of.", "Is it gone.", "name: Never heard of.", "name: not text; never: heard"]) {
    expect(translate(text)).toBe(text);
  }
});

test.each([
  ["1", "1 octeți"],
  ["19", "19 octeți"],
  ["20", "20 de octeți"],
  ["100", "100 de octeți"],
  ["101", "101 octeți"],
  ["1,200", "1,200 de octeți"],
])("%s is counted as Romanian does", (count, counted) => {
  expect(translate(`At most ${count} bytes.`)).toBe(`Cel mult ${counted}.`);
});

const entries: [english: string, romanian: string][] = Object.entries(catalogue);
const filledIn = (english: string) => english.replaceAll(/\{(\w+)\}/g, "41");

test("each text of the server has its own wording, and is not translated twice", () => {
  const differing = entries.filter(([english, romanian]) => {
    const wanted = romanian.replaceAll(/\{\w+\}/g, "41").replaceAll(/\{\w+ de\}/g, "41 de");
    return told(filledIn(english)) !== wanted || told(wanted) !== wanted;
  });
  expect(differing).toEqual([]);
});

test("each wording fills in what the server's text does, but for what is left out on purpose", () => {
  const places = (text: string) => [...text.matchAll(/\{(\w+)(?: de)?\}/g)].map(([, name]) => name!);
  const differing = entries.filter(([english, romanian]) => {
    const wanted = places(english).filter((name) => !name.startsWith("_"));
    return `${wanted.sort()}` !== `${places(romanian).sort()}`;
  });
  // Where there is one of it, Romanian writes it out.
  expect(differing.filter(([english]) => !/\{count\} (character|item|decimal place)\b(?!s)/.test(english))).toEqual([]);
});

test("s and t have commas below, not cedillas", () => {
  expect(entries.filter(([, romanian]) => /[şţŞŢ]/.test(romanian))).toEqual([]);
});
