import { describe, expect, test } from "vitest";

import { clockOf, formatting, offsetOf } from "./format";

describe("what people read", () => {
  const english = formatting("en-GB");
  const romanian = formatting("ro");

  test("energy has two decimals until it is large", () => {
    expect(english.kwh(0.5)).toBe("0.50\u00a0kWh");
    expect(romanian.kwh(1234.56)).toBe("1.235\u00a0kWh");
    expect(english.kwh(null)).toBe("–");
  });

  test("a form shows every digit of a number, with the mark that the language has", () => {
    expect(english.typed(12345.678)).toBe("12345.678");
    expect(romanian.typed(12345.678)).toBe("12345,678");
    expect(romanian.typed("-0.123456")).toBe("-0,123456");
    expect(romanian.typed(null)).toBe("");
  });

  test("watts become kilowatts where the number grows long", () => {
    expect(english.watts(980)).toBe("980\u00a0W");
    expect(english.watts(10_240)).toBe("10.2\u00a0kW");
  });

  test("the clock is read from the server's text, so the hour that comes twice keeps its offset", () => {
    expect(clockOf("2026-10-25T03:00:00+03:00")).toBe(clockOf("2026-10-25T03:00:00+02:00"));
    expect(offsetOf("2026-10-25T03:00:00+03:00")).toBe("+03:00");
    expect(offsetOf("2026-10-25T00:00:00Z")).toBe("+00:00");
  });

  test("90 minutes are told in minutes, three hours in hours", () => {
    const now = Date.parse("2026-11-23T12:00:00Z");
    expect(english.ago("2026-11-23T11:00:00Z", now)).toMatch(/60 min/);
    expect(english.ago("2026-11-23T09:00:00Z", now)).toMatch(/3 h/);
  });

  test("how long something took is told in one unit, in the language", () => {
    expect([0.4, 59, 90, 5400, 172_800].map((seconds) => english.duration(seconds))).toEqual(["0 secs", "59 secs", "2 mins", "1.5 hrs", "2 days"]);
    expect(romanian.duration(5400)).toBe("1,5 ore");
    expect(english.duration(null)).toBe("–");
  });
});
