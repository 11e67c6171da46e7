import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { toast } from "sonner";

import { AlertText } from "@/components/alert-text";
import { dateOf } from "@/lib/format";
import { useRole } from "@/lib/use-session";
import { forgetLive, link, useChannel, useFrames, useStarts } from "@/realtime";
import type { AlertFrame, ConversationFrame } from "@/realtime/frames";

/** What a frame of an alert makes stale. */
const TOLD_OF = ["alerts", "notifications"] as const;

/** What only frames keep fresh: after a gap, all of it may be stale. */
const TOLD_LIVE = [...TOLD_OF, "conversation", "messages", "inbox", "inbox-conversation"] as const;

/** Keeps the socket open while somebody is signed in, and what is shown of alerts fresh, and tells administrators of clients who wait. */
export function useRealtime() {
  const queries = useQueryClient();
  const role = useRole();
  const tell = useAlertToast();
  const tellOfClient = useClientToast();
  useChannel(role === "client" ? "alerts" : "staff/alerts");
  useChannel(role === "administrator" ? "staff/conversations" : null);
  useEffect(() => {
    link.start();
    return () => {
      link.stop();
      forgetLive();
    };
  }, []);
  useStarts((recovered) => {
    if (recovered) return;
    for (const key of TOLD_LIVE) void queries.invalidateQueries({ queryKey: [key] });
  });
  useFrames((frame) => {
    if (role === "administrator" && frame.type.startsWith("conversation.") && frame.type !== "conversation.updated")
      void queries.invalidateQueries({ queryKey: ["notifications"] });
    if (role === "administrator" && frame.type === "conversation.handed_over") tellOfClient(frame.data);
    if (!frame.type.startsWith("alert.")) return;
    for (const key of TOLD_OF) void queries.invalidateQueries({ queryKey: [key] });
    if (frame.type === "alert.raised") tell(frame as AlertFrame);
  });
}

function useClientToast() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return ({ id }: ConversationFrame["data"]) =>
    toast.info(t("inbox.clientWaits"), {
      id,
      duration: 12_000,
      action: { label: t("inbox.look"), onClick: () => void navigate(`/inbox/${id}`) },
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
