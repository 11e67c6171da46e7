import { Coins, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Pager } from "@/components/ui/pager";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { browserZone } from "@/components/zone-options";
import { todayIn } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import { useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useTariffs, type Tariff } from "./api/use-tariffs";
import { NewTariffDialog } from "./tariff-dialogs";
import { priceRange, termsOn } from "./terms";

const SIZE = 25;

export function TariffsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [search, set] = useSearch();
  const [creating, setCreating] = useState(false);
  const offset = Number(search.get("offset")) || 0;
  const tariffs = useTariffs(offset, SIZE);
  return (
    <Page
      title={t("tariffs.title")}
      text={t("tariffs.text")}
      actions={
        useMayChange() && (
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus />
            {t("tariffs.new")}
          </Button>
        )
      }
    >
      <Card>
        {tariffs.isPending && <SkeletonRows count={4} />}
        {tariffs.isError && <LoadFailed error={tariffs.error} retry={() => void tariffs.refetch()} />}
        {tariffs.data?.items.length === 0 && (
          <Notice icon={Coins} title={t("tariffs.none")}>
            {t("tariffs.noneText")}
          </Notice>
        )}
        {tariffs.data && tariffs.data.items.length > 0 && <Rows tariffs={tariffs.data.items} />}
        {tariffs.data && <Pager offset={offset} size={SIZE} total={tariffs.data.total} onOffset={(next) => set({ offset: String(next) })} />}
      </Card>
      {creating && <NewTariffDialog onClose={() => setCreating(false)} onCreated={({ id }) => void navigate(`/tariffs/${id}`)} />}
    </Page>
  );
}

function Rows({ tariffs }: { tariffs: readonly Tariff[] }) {
  const { t } = useTranslation();
  return (
    <Table label={t("tariffs.title")} className="overflow-hidden rounded-xl">
      <thead>
        <tr>
          <Th className="border-t-0">{t("tariffs.name")}</Th>
          <Th className="border-t-0 text-right">{t("tariffs.perKwhNow")}</Th>
          <Th className="hidden border-t-0 text-right sm:table-cell">{t("tariffs.standing")}</Th>
          <Th className="hidden border-t-0 sm:table-cell">{t("tariffs.inForceSince")}</Th>
        </tr>
      </thead>
      <tbody>
        {tariffs.map((tariff) => (
          <Row key={tariff.id} tariff={tariff} />
        ))}
      </tbody>
    </Table>
  );
}

function Row({ tariff: { id, tariff } }: { tariff: Tariff }) {
  const { t } = useTranslation();
  const { price, date } = useFormat();
  const now = termsOn(tariff.versions, todayIn(browserZone()));
  if (!now) return null;
  const [least, most] = priceRange(now);
  const write = (amount: number) => price(amount, tariff.currency);
  return (
    <Tr>
      <Td>
        <Link to={`/tariffs/${id}`} className="font-medium underline-offset-4 hover:underline">
          {tariff.name}
        </Link>
        <p className="text-soft">{t("tariffs.rates", { count: now.rates.length })}</p>
      </Td>
      <Td className="text-right tabular-nums sm:whitespace-nowrap">{least === most ? write(least) : `${write(least)} – ${write(most)}`}</Td>
      <Td className="hidden text-right whitespace-nowrap tabular-nums sm:table-cell">{write(now.standing_charge)}</Td>
      <Td className="hidden whitespace-nowrap text-soft sm:table-cell">{date(now.valid_from, "short")}</Td>
    </Tr>
  );
}
