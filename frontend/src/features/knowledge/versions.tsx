import { History } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Confirm } from "@/components/ui/confirm";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useRestore, useVersions } from "./api/use-versions";

const SHIPPED = 0;

export function Versions({ inForce, onRestored }: { inForce: number; onRestored: () => void }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const versions = useVersions();
  const restore = useRestore();
  const [asking, setAsking] = useState<number | null>(null);
  const row = { inForce, onRestore: setAsking };
  const done = () => {
    toast.success(t("knowledge.saved"));
    setAsking(null);
    onRestored();
  };
  return (
    <Card>
      {versions.isPending && <SkeletonRows />}
      {versions.isError && <LoadFailed error={versions.error} retry={() => void versions.refetch()} />}
      {versions.data && (
        <ul className="divide-y">
          {versions.data.map(({ number, note, made_at }) => (
            <Row key={number} number={number} text={note || t("knowledge.noNote")} about={moment(made_at)} {...row} />
          ))}
          <Row number={SHIPPED} text={t("knowledge.shipped")} about="" {...row} />
        </ul>
      )}
      <Confirm
        open={asking !== null}
        title={t("knowledge.restoreTitle", { number: asking ?? 0 })}
        text={t("knowledge.restoreText")}
        action={t("knowledge.restore")}
        busy={restore.isPending}
        onConfirm={() => restore.mutate(asking!, { onSuccess: done })}
        onCancel={() => setAsking(null)}
      />
    </Card>
  );
}

interface RowProps {
  number: number;
  text: string;
  about: string;
  inForce: number;
  onRestore: (number: number) => void;
}

function Row({ number, text, about, inForce, onRestore }: RowProps) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const name = t("knowledge.version", { number });
  return (
    <li className="flex items-center gap-3 px-4 py-3 text-sm sm:px-5">
      <History className="size-4 shrink-0 text-soft" aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {name} {number === inForce && <Badge tone="good">{t("knowledge.isInForce")}</Badge>}
        </p>
        <p className="text-soft">{[text, about].filter(Boolean).join(" · ")}</p>
      </div>
      {mayChange && number !== inForce && (
        <Button size="sm" aria-label={`${t("knowledge.restore")}: ${name}`} onClick={() => onRestore(number)}>
          {t("knowledge.restore")}
        </Button>
      )}
    </li>
  );
}
