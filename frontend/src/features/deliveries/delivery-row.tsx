import { Mail, RotateCw, Webhook } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Td, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import { useServerText } from "@/lib/use-server-text";
import { useMayChange } from "@/lib/use-session";
import { useTryAgain, type Delivery } from "./api/use-deliveries";

const TONES = { waiting: "info", sent: "good", failed: "bad", dropped: "plain" } as const;

export function DeliveryRow({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const told = useServerText();
  const { moment } = useFormat();
  const { name, channel, state, attempts, due_at, sent_at, error } = delivery;
  const Icon = channel === "email" ? Mail : Webhook;
  return (
    <Tr>
      <Td className="whitespace-nowrap text-soft">{moment(sent_at ?? due_at)}</Td>
      <Td className="font-medium">{name ?? "–"}</Td>
      <Td className="whitespace-nowrap">
        <span className="inline-flex items-center gap-1.5">
          <Icon className="size-4 text-soft" aria-hidden />
          {t(channel === "email" ? "deliveries.email" : "deliveries.webhook")}
        </span>
      </Td>
      <Td className="whitespace-nowrap">
        <Badge tone={TONES[state]}>{t(`deliveries.${state}`)}</Badge>
        {attempts > 1 && <p className="mt-1 text-xs text-soft">{t("deliveries.attempts", { count: attempts })}</p>}
      </Td>
      <Td className="max-w-sm min-w-40 wrap-break-word text-soft">{error ? told(error) : "–"}</Td>
      <Td className="text-right">
        <TryAgain delivery={delivery} />
      </Td>
    </Tr>
  );
}

/** What waits is tried again by itself. */
function TryAgain({ delivery: { id, state, name } }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const again = useTryAgain();
  const mayChange = useMayChange();
  if (state !== "failed" || !mayChange) return null;
  const done = () => void toast.success(t("deliveries.triedAgain"));
  return (
    <Button size="sm" busy={again.isPending} aria-label={`${t("action.retry")}: ${name ?? ""}`} onClick={() => again.mutate(id, { onSuccess: done })}>
      <RotateCw />
      {t("action.retry")}
    </Button>
  );
}
