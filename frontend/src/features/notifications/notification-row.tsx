import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import type { Notification } from "./api/use-notifications";

const DOTS = { info: "bg-info", warning: "bg-warn", critical: "bg-bad" } as const;

/** Whoever looks at what it tells of has read it. */
export function NotificationRow({ notification, onRead }: { notification: Notification; onRead: () => void }) {
  const { t } = useTranslation();
  const { ago } = useFormat();
  const { title, text, created_at, read_at, severity, device_id, conversation_id } = notification;
  const isUnread = read_at === null;
  return (
    <li>
      <Link
        to={conversation_id ? `/inbox/${conversation_id}` : `/alerts?device=${device_id}`}
        onClick={() => isUnread && onRead()}
        className="flex gap-3 rounded-lg px-2 py-2.5 text-sm -outline-offset-2 hover:bg-sunken"
      >
        <span aria-hidden className={cn("mt-1.5 size-2 shrink-0 rounded-full", isUnread ? DOTS[severity] : "border border-strong-line")} />
        <span className="min-w-0 flex-1">
          <span className={cn("block", isUnread && "font-semibold")}>
            {isUnread && <span className="sr-only">{t("notifications.isUnread")} </span>}
            {title}
          </span>
          <span className="block text-soft">{text}</span>
          <time dateTime={created_at} className="text-xs text-soft">
            {ago(created_at)}
          </time>
        </span>
      </Link>
    </li>
  );
}
