import { Ellipsis, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { Menu, MenuItem } from "@/components/ui/menu";
import { browserZone } from "@/components/zone-options";
import { todayIn } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useReplaceTariff } from "./api/use-change-tariff";
import type { Tariff, Terms } from "./api/use-tariffs";
import { RateList } from "./rate-list";
import { NewVersionDialog, VersionDialog } from "./tariff-dialogs";
import { standingOf, type Standing } from "./terms";

const TONES: Record<Standing, Tone> = { past: "plain", inForce: "good", coming: "info" };

/** What the energy costs, from which day on; the newest first. */
export function VersionsCard({ tariff }: { tariff: Tariff }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  return (
    <Card>
      <CardHeader
        title={t("tariffs.versions")}
        actions={
          useMayChange() && (
            <Button size="sm" onClick={() => setAdding(true)}>
              <Plus />
              {t("tariffs.newVersion")}
            </Button>
          )
        }
      >
        {t("tariffs.versionsText")}
      </CardHeader>
      <ul className="divide-y border-t">
        {tariff.tariff.versions.toReversed().map((terms) => (
          <li key={terms.valid_from} className="px-4 py-3 sm:px-5">
            <Version tariff={tariff} terms={terms} />
          </li>
        ))}
      </ul>
      {adding && <NewVersionDialog tariff={tariff} onClose={() => setAdding(false)} />}
    </Card>
  );
}

function Version({ tariff, terms }: { tariff: Tariff; terms: Terms }) {
  const { t } = useTranslation();
  const { date, price } = useFormat();
  const mayChange = useMayChange();
  const { versions, currency } = tariff.tariff;
  const standing = standingOf(terms, versions, todayIn(browserZone()));
  return (
    <>
      <div className="mb-2 flex items-center gap-2">
        <h3 className="text-sm font-medium">{t("tariffs.from", { date: date(terms.valid_from, "short") })}</h3>
        <Badge tone={TONES[standing]}>{t(`tariffs.${standing}`)}</Badge>
        {mayChange && <VersionMenu tariff={tariff} terms={terms} />}
      </div>
      <RateList rates={terms.rates} currency={currency} />
      <p className="mt-2 flex justify-between gap-4 border-t pt-2 text-sm">
        {t("tariffs.standing")} <span className="whitespace-nowrap tabular-nums">{price(terms.standing_charge, currency)}</span>
      </p>
      {terms.feed_in.length > 0 && (
        <div className="mt-2 border-t pt-2">
          <p className="mb-1 text-xs font-medium text-soft">{t("tariffs.feedIn")}</p>
          <RateList rates={terms.feed_in} currency={currency} />
        </div>
      )}
    </>
  );
}

function VersionMenu({ tariff, terms }: { tariff: Tariff; terms: Terms }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const [doing, setDoing] = useState<"edit" | "delete" | null>(null);
  const replace = useReplaceTariff(tariff);
  const close = () => setDoing(null);
  const day = date(terms.valid_from, "short");
  const others = tariff.tariff.versions.filter((each) => each !== terms);
  const done = () => {
    close();
    toast.success(t("tariffs.versionDeleted", { date: day }));
  };
  return (
    <span className="ml-auto">
      <Menu
        trigger={
          <Button variant="ghost" size="iconSm" aria-label={`${t("action.more")}: ${day}`}>
            <Ellipsis />
          </Button>
        }
      >
        <MenuItem icon={Pencil} onSelect={() => setDoing("edit")}>
          {t("action.edit")}
        </MenuItem>
        {others.length > 0 && (
          <MenuItem icon={Trash2} danger onSelect={() => setDoing("delete")}>
            {t("action.delete")}
          </MenuItem>
        )}
      </Menu>
      {doing === "edit" && <VersionDialog tariff={tariff} terms={terms} onClose={close} />}
      <Confirm
        open={doing === "delete"}
        title={t("tariffs.deleteVersionTitle", { date: day })}
        text={t("tariffs.deleteVersionText")}
        action={t("action.delete")}
        busy={replace.isPending}
        onConfirm={() => replace.mutate({ ...tariff.tariff, versions: others }, { onSuccess: done })}
        onCancel={close}
      />
    </span>
  );
}
