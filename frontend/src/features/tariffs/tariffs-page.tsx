import { Coins, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";

import { PagedList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { browserZone } from "@/components/zone-options";
import { todayIn } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import { useOffset } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useTariffs, type Tariff } from "./api/use-tariffs";
import { NewTariffDialog } from "./tariff-dialogs";
import { priceRange, termsOn } from "./terms";

const SIZE = 25;

export function TariffsPage() {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const offset = useOffset();
  const tariffs = useTariffs(offset, SIZE);
  return (
    <Page
      title={t("tariffs.title")}
      text={t("tariffs.text")}
      actions={
        mayChange && (
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus />
            {t("tariffs.new")}
          </Button>
        )
      }
    >
      <PagedList of={tariffs} size={SIZE} none={{ icon: Coins, title: t("tariffs.none"), text: t(mayChange ? "tariffs.noneText" : "state.forReaders") }}>
        {(items) => <Rows tariffs={items} />}
      </PagedList>
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
