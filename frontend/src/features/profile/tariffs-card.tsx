import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Card, CardHeader } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";
import { todayIn } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import { useMyDevices } from "@/queries/use-my-devices";
import { useMyTariffs, type MyTariff } from "@/queries/use-my-tariffs";

/** What my energy costs now. */
export function TariffsCard({ zone }: { zone: string }) {
  const { t } = useTranslation();
  const tariffs = useMyTariffs();
  return (
    <Card>
      <CardHeader title={t("profile.tariffs")}>{tariffs.data?.length === 0 && t("profile.noTariffs")}</CardHeader>
      {tariffs.isPending && <SkeletonRows count={2} />}
      <ul className="divide-y border-t empty:hidden">
        {tariffs.data?.map((mine) => (
          <li key={mine.tariff.name} className="px-4 py-3 text-sm sm:px-5">
            <Tariff mine={mine} today={todayIn(zone)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Tariff({ mine: { tariff, device_ids }, today }: { mine: MyTariff; today: string }) {
  const { t } = useTranslation();
  const { price, date } = useFormat();
  const devices = useMyDevices().data?.filter(({ id }) => device_ids.includes(id));
  const terms = tariff.versions.filter(({ valid_from }) => valid_from <= today).at(-1) ?? tariff.versions[0];
  const write = (amount: number) => price(amount, tariff.currency);
  return (
    <>
      <p className="font-medium">{tariff.name}</p>
      <p className="text-soft">{devices?.map(({ name }) => name).join(", ")}</p>
      {terms && (
        <>
          <dl className="mt-2 grid gap-1 tabular-nums">
            {terms.rates.map((rate) => (
              <Price key={rate.name} name={rate.name} windows={rate.windows} price={t("profile.perKwh", { price: write(rate.price) })} />
            ))}
            {terms.feed_in?.map((rate) => (
              <Price
                key={rate.name}
                name={t("profile.feedIn", { name: rate.name })}
                windows={rate.windows}
                price={t("profile.perKwh", { price: write(rate.price) })}
              />
            ))}
            {terms.standing_charge > 0 && <Price name={t("usage.standingCharge")} price={t("profile.perDay", { price: write(terms.standing_charge) })} />}
          </dl>
          <p className="mt-1 text-xs text-soft">{t("profile.validFrom", { date: date(terms.valid_from, "short") })}</p>
        </>
      )}
    </>
  );
}

function Price({ name, windows = [], price }: { name: string; windows?: readonly Schemas["WindowBody"][] | undefined; price: string }) {
  const hours = windows.map(({ from, to }) => `${from.slice(0, 5)}–${to.slice(0, 5)}`).join(", ");
  return (
    <div className="flex justify-between gap-4">
      <dt>
        {name} {hours && <span className="text-soft">{hours}</span>}
      </dt>
      <dd className="whitespace-nowrap">{price}</dd>
    </div>
  );
}
