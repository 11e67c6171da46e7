import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Badge } from "@/components/ui/badge";
import { Card, CardHeader } from "@/components/ui/card";
import type { TextKey } from "@/i18n/translated";
import { useFormat } from "@/lib/use-format";
import type { Ring } from "@/queries/use-ring";

export function Changes({ ring }: { ring: Ring }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  return (
    <Card>
      <CardHeader title={t("ring.changes")} />
      <ul className="divide-y border-t text-sm">
        {ring.changes.map(({ at, replica, kind, moved, expected }) => (
          <li key={`${at}${replica}${kind}`} className="flex flex-wrap items-center gap-x-3 px-4 py-2 sm:px-5">
            <span className="font-medium">{replica}</span>
            <Badge tone={kind === "joined" ? "good" : kind === "lost" ? "bad" : "plain"}>{t(`ring.${kind}` as TextKey)}</Badge>
            <span className="text-soft">{t("ring.moved", { moved, expected })}</span>
            <span className="ml-auto text-xs text-soft">{moment(at)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function Moves({ ring }: { ring: Ring }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  return (
    <Card>
      <CardHeader title={t("ring.moves")} />
      {ring.moves.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("ring.noMoves")}</p>}
      <ul className="max-h-96 divide-y overflow-y-auto border-t text-sm" tabIndex={0} aria-label={t("ring.moves")}>
        {ring.moves.map(({ at, partition, epoch, previous, replica, forced }) => (
          <li key={`${partition}-${epoch}`} className="flex flex-wrap items-center gap-x-2 px-4 py-2 sm:px-5">
            <span className="w-9 font-medium tabular-nums">#{partition}</span>
            {previous ?? t("ring.nobody")}
            <ArrowRight className="size-3.5 text-soft" aria-hidden />
            {replica ?? t("ring.nobody")}
            {forced && <Badge tone="warn">{t("ring.forced")}</Badge>}
            <span className="ml-auto text-xs text-soft">{moment(at)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
