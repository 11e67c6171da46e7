import { waitFor } from "@testing-library/react";
import i18next from "i18next";
import { http, HttpResponse } from "msw";
import { afterEach, expect, test } from "vitest";

import { choose, speak } from "@/i18n";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { useOwnLanguage } from "./use-own-language";

afterEach(() => speak("en"));

function Inside() {
  useOwnLanguage();
  return null;
}

function profileIn(language: string) {
  server.use(
    http.get("*/api/users/me", () => HttpResponse.json({ language })),
    http.patch("*/api/users/me", async ({ request }) => {
      ({ language } = (await request.json()) as { language: string });
      return HttpResponse.json({ language });
    }),
  );
}

test("the language of the account is spoken on every machine", async () => {
  profileIn("ro");
  show(<Inside />);
  await waitFor(() => expect(i18next.language).toBe("ro"));
});

test("who chose a language on the way in keeps it, here and in the account", async () => {
  profileIn("en");
  await choose("ro");
  const { queries } = show(<Inside />);
  await waitFor(() => expect(queries.getQueryData(["profile"])).toEqual({ language: "ro" }));
  expect(i18next.language).toBe("ro");
});
