import { Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Confirm } from "@/components/ui/confirm";
import { Table, Td, Th, ThMore, Tr } from "@/components/ui/table";
import type { TextKey } from "@/i18n/translated";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useActorName } from "@/queries/use-actor-name";
import type { Device } from "@/queries/use-devices";
import { useUndo } from "./api/use-undo";

type Made = Schemas["CorrectionRecord"];

const COLUMNS = ["device", "what", "range", "reason", "author"] as const;

export function CorrectionTable({ items, devices }: { items: readonly Made[]; devices: readonly Device[] }) {
  const { t } = useTranslation();
  const [undoing, setUndoing] = useState<Made | null>(null);
  return (
    <>
      <Table label={t("corrections.title")} className="rounded-xl">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <Th key={column}>{t(`corrections.${column}`)}</Th>
            ))}
            <ThMore />
          </tr>
        </thead>
        <tbody>
          {items.map((made) => (
            <Row key={made.id} made={made} device={devices.find(({ id }) => id === made.device_id)} onUndo={() => setUndoing(made)} />
          ))}
        </tbody>
      </Table>
      {undoing && <Undoing made={undoing} onClose={() => setUndoing(null)} />}
    </>
  );
}

interface RowProps {
  made: Made;
  device: Device | undefined;
  onUndo: () => void;
}

function Row({ made, device, onUndo }: RowProps) {
  const { t } = useTranslation();
  const { moment, ago } = useFormat();
  const nameOf = useActorName([made.author, made.undone_by ?? ""]);
  const mayChange = useMayChange();
  return (
    <Tr>
      <Td className="min-w-28">
        <Link to={`/devices/${made.device_id}`} className="font-medium hover:underline">
          {device?.name ?? made.device_id}
        </Link>
      </Td>
      <Td>
        <Badge tone={made.undone_at ? "plain" : "info"}>{t(`correction.${made.kind}` as TextKey)}</Badge>
      </Td>
      <Td className="whitespace-nowrap text-soft tabular-nums">
        {moment(made.since, device?.time_zone)}
        <br />
        {moment(made.until, device?.time_zone)}
      </Td>
      <Td className="max-w-xs min-w-40">{made.reason}</Td>
      <Td className="text-soft">
        <span className="block">{nameOf(made.author)}</span>
        {ago(made.created_at)}
      </Td>
      <Td className="text-right">
        {made.undone_at ? (
          <span className="text-soft">{t("corrections.undone", { time: ago(made.undone_at), name: nameOf(made.undone_by ?? "–") })}</span>
        ) : (
          mayChange && (
            <Button size="sm" onClick={onUndo}>
              <Undo2 />
              {t("corrections.undo")}
            </Button>
          )
        )}
      </Td>
    </Tr>
  );
}

function Undoing({ made, onClose }: { made: Made; onClose: () => void }) {
  const { t } = useTranslation();
  const undo = useUndo();
  const done = () => {
    toast.success(t("corrections.undoneNow"));
    onClose();
  };
  return (
    <Confirm
      open
      title={t("corrections.undoTitle")}
      text={t("corrections.undoText")}
      action={t("corrections.undo")}
      busy={undo.isPending}
      onConfirm={() => undo.mutate(made.id, { onSuccess: done })}
      onCancel={onClose}
    />
  );
}
