import { useTranslation } from "react-i18next";

import { Badge } from "@/components/ui/badge";
import type { Conversation } from "./api/use-inbox";

const TONES = { bot: "info", waiting: "warn", assigned: "good", resolved: "plain" } as const;

export function StateBadge({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { state, assigned_name, position } = conversation;
  return (
    <Badge tone={TONES[state]}>
      {state === "assigned"
        ? t("inbox.with", { name: assigned_name ?? "" })
        : state === "waiting"
          ? t("inbox.waiting", { position: position ?? 1 })
          : t(`inbox.state.${state}`)}
    </Badge>
  );
}
