import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { toast } from "sonner";

import { AlertText } from "@/components/alert-text";
import { dateOf } from "@/lib/format";
import { useRole } from "@/lib/use-session";
import { forgetLive, link, useChannel, useFrames } from "@/realtime";
import type { AlertFrame } from "@/realtime/frames";

/** What a frame of an alert makes stale. */
const TOLD_OF = ["alerts", "notifications"] as const;

/** What only frames keep fresh: after a gap, all of it may be stale. */
const TOLD_LIVE = [...TOLD_OF, "conversation", "messages", "inbox", "inbox-conversation"] as const;

/** Keeps the socket open while somebody is signed in, and what is shown of alerts fresh. */
export function useRealtime() {
  const queries = useQueryClient();
  const role = useRole();
  const tell = useAlertToast();
  useChannel(role === "client" ? "alerts" : "staff/alerts");
  useEffect(() => {
    link.onGap = () => {
      for (const key of TOLD_LIVE) void queries.invalidateQueries({ queryKey: [key] });
    };
    link.start();
    return () => {
      link.stop();
      forgetLive();
    };
  }, [queries]);
  useFrames((frame) => {
    if (!frame.type.startsWith("alert.")) return;
    for (const key of TOLD_OF) void queries.invalidateQueries({ queryKey: [key] });
    if (frame.type === "alert.raised") tell(frame as AlertFrame);
  });
}

function useAlertToast() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return ({ data: alert }: AlertFrame) =>
    toast.warning(alert.device_name, {
      id: alert.id,
      description: <AlertText alert={alert} />,
      duration: 12_000,
      action: {
        label: t("alerts.look"),
        onClick: () => void navigate(`/consumption?device=${alert.device_id}&date=${dateOf(alert.since)}`),
      },
    });
}
