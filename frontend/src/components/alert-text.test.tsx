import { render } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";

import { speak } from "@/i18n";
import type { Alert } from "@/queries/use-alerts";
import { AlertText } from "./alert-text";

const FACTS = {
  since: "2026-11-23T18:00:00+02:00",
  until: null,
  energy_kwh: 2.4,
  limit_kwh: 2,
  usual_kwh: null,
  share_percent: null,
  power_w: null,
  limit_w: null,
  cost: null,
  currency: null,
};

function told(facts: object) {
  return render(<AlertText alert={{ ...FACTS, ...facts } as unknown as Alert} />).container.textContent;
}

afterEach(() => speak("en"));

const UNTIL = "2026-11-23T19:30:00+02:00";

const CASES: [object, string, string][] = [
  [
    { kind: "hourly_limit" },
    "2.40 kWh in the hour of 23 Nov 2026, 18:00, 2.00 kWh allowed",
    "2,40 kWh în ora de la 23 nov. 2026, 18:00, limita fiind 2,00 kWh",
  ],
  [
    { kind: "hourly_limit", energy_kwh: null },
    "More than the 2.00 kWh allowed in the hour of 23 Nov 2026, 18:00",
    "Peste cei 2,00 kWh permiși în ora de la 23 nov. 2026, 18:00",
  ],
  [
    { kind: "power_limit", limit_w: 5000, power_w: 6200 },
    "Over 5,000 W since 23 Nov 2026, 18:00, by up to 1,200 W",
    "Peste 5.000 W de la 23 nov. 2026, 18:00, cu cel mult 1.200 W",
  ],
  [
    { kind: "power_limit", limit_w: 5000, power_w: 6200, until: UNTIL, cost: 1.5, currency: "RON" },
    "Over 5,000 W from 23 Nov 2026, 18:00 to 23 Nov 2026, 19:30, by up to 1,200 W. About RON 1.50 for what is over",
    "Peste 5.000 W de la 23 nov. 2026, 18:00 până la 23 nov. 2026, 19:30, cu cel mult 1.200 W. Circa 1,50 RON pentru ce depășește",
  ],
  [
    { kind: "daily_budget", limit_kwh: 3, share_percent: 80 },
    "2.40 kWh on 23 Nov 2026, 80 % of the day's budget of 3.00 kWh",
    "2,40 kWh pe 23 nov. 2026, 80 % din bugetul zilei de 3,00 kWh",
  ],
  [
    { kind: "monthly_budget", share_percent: 100, cost: 3, currency: "RON" },
    "2.40 kWh in November 2026, 120 % of the month's budget of 2.00 kWh. About RON 3.00 so far",
    "2,40 kWh în noiembrie 2026, 120 % din bugetul lunii de 2,00 kWh. Circa 3,00 RON până acum",
  ],
  [{ kind: "offline" }, "Silent since 23 Nov 2026, 18:00", "Nu mai vin citiri de la 23 nov. 2026, 18:00"],
  [
    { kind: "offline", until: UNTIL },
    "Silent from 23 Nov 2026, 18:00 to 23 Nov 2026, 19:30",
    "Nu au venit citiri de la 23 nov. 2026, 18:00 până la 23 nov. 2026, 19:30",
  ],
  [
    { kind: "unusual_use", usual_kwh: 0.5 },
    "2.40 kWh in the hour of 23 Nov 2026, 18:00, 1.90 kWh more than usual: about 0.50 kWh at this time of the week",
    "2,40 kWh în ora de la 23 nov. 2026, 18:00, cu 1,90 kWh mai mult ca de obicei: circa 0,50 kWh la această oră a săptămânii",
  ],
  [
    { kind: "unusual_use", usual_kwh: 5 },
    "2.40 kWh in the hour of 23 Nov 2026, 18:00, 2.60 kWh less than usual: about 5.00 kWh at this time of the week",
    "2,40 kWh în ora de la 23 nov. 2026, 18:00, cu 2,60 kWh mai puțin ca de obicei: circa 5,00 kWh la această oră a săptămânii",
  ],
];

const plain = (text: string | null) => text?.replace(/\s/g, " ");

test.each(CASES)("%o is told in English and in Romanian", async (facts, english, romanian) => {
  expect(plain(told(facts))).toBe(english);
  await speak("ro");
  expect(plain(told(facts))).toBe(romanian);
});
