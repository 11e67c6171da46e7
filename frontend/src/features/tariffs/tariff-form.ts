import { decimalOf } from "@/lib/decimal";
import { z } from "@/lib/form";
import type { Formatting } from "@/lib/format";
import type { TariffBody } from "./api/use-change-tariff";
import type { Rate, Terms } from "./api/use-tariffs";
import { MONTHS, WEEK } from "./window-text";

const window = z.object({
  from: z.string(),
  to: z.string(),
  days: z.array(z.enum(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])).check(z.minLength(1)),
  months: z.array(z.number()).check(z.minLength(1)),
});
const rate = z.object({
  name: z.string().check(z.trim(), z.minLength(1)),
  price: z.string().check(z.refine((text) => !Number.isNaN(decimalOf(text)))),
  windows: z.array(window),
});
export const tariffSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1)),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  valid_from: z.string().check(z.minLength(1)),
  standing: z.string().check(z.refine((text) => decimalOf(text) >= 0)),
  rates: z.array(rate).check(z.minLength(1)),
  feed_in: z.array(rate),
});

export type TariffValues = z.infer<typeof tariffSchema>;
export type RateValues = TariffValues["rates"][number];
export type WindowValues = RateValues["windows"][number];

export const NEW_WINDOW: WindowValues = { from: "22:00", to: "06:00", days: [...WEEK], months: [...MONTHS] };
export const newRate = (name: string): RateValues => ({ name, price: "", windows: [] });

export function valuesOf(head: { name: string; currency: string }, terms: Terms, typed: Formatting["typed"]): TariffValues {
  return {
    ...head,
    valid_from: terms.valid_from,
    standing: typed(terms.standing_charge),
    rates: terms.rates.map((rate) => rateValues(rate, typed)),
    feed_in: terms.feed_in.map((rate) => rateValues(rate, typed)),
  };
}

const rateValues = ({ name, price, windows }: Rate, typed: Formatting["typed"]): RateValues => ({ name, price: typed(price), windows });

/** Prices go as text, so that no digit is lost on the way. */
export function termsBodyOf({ valid_from, standing, rates, feed_in }: TariffValues): TariffBody["versions"][number] {
  return { valid_from, standing_charge: written(standing), rates: rates.map(rateBody), feed_in: feed_in.map(rateBody) };
}

const written = (text: string) => text.trim().replace(",", ".");
const rateBody = ({ name, price, windows }: RateValues) => ({ name, price: written(price), windows });
