import { renderHook } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";

import { problemOf } from "@/api/problem";
import { speak } from "@/i18n";
import { useProblemText } from "./use-problem-text";

const INVALID = problemOf(422, {
  title: "Unprocessable Entity",
  detail: "Some fields are not valid.",
  errors: [
    { field: "body.hourly_limit_kwh", problem: "Input should be less than or equal to 1000000" },
    { field: "body.time_zone", problem: "not the name of a time zone, such as Europe/Bucharest" },
  ],
});

afterEach(() => speak("en"));

function textOf(error: unknown): string {
  return renderHook(() => useProblemText()).result.current(error);
}

test("of a form, it is told which fields are wrong", () => {
  expect(textOf(INVALID)).toBe(
    "Some fields are not valid. hourly_limit_kwh: Input should be less than or equal to 1000000; " +
      "time_zone: not the name of a time zone, such as Europe/Bucharest",
  );
});

test("in Romanian, so is what the server has said in English", async () => {
  await speak("ro");
  expect(textOf(INVALID)).toBe(
    "Unele câmpuri nu sunt valide. hourly_limit_kwh: trebuie să fie cel mult 1000000; time_zone: nu este numele unui fus orar, ca Europe/Bucharest",
  );
  expect(textOf(problemOf(409, { detail: "Another device has the serial number 'T-1'." }))).toBe("Alt dispozitiv are seria 'T-1'.");
  expect(textOf(problemOf(404, { title: "Not Found" }))).toBe("Nu există");
  expect(textOf(problemOf(500, null))).toBe("Nu a reușit");
});
