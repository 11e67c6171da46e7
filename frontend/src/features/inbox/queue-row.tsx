import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import { Badge } from "@/components/ui/badge";
import { cn } from "@/lib/cn";
import { useFormat } from "@/lib/use-format";
import type { Conversation } from "./api/use-inbox";
import { StateBadge } from "./state-badge";

export function QueueRow({ conversation, isOpen }: { conversation: Conversation; isOpen: boolean }) {
  const { t } = useTranslation();
  const { ago } = useFormat();
  const query = new URLSearchParams(useLocation().search);
  query.delete("pane");
  const { id, client_name, subject, unread, active_at, waiting_since, labels } = conversation;
  return (
    <li>
      <Link
        to={{ pathname: `/inbox/${id}`, search: query.toString() }}
        aria-current={isOpen ? "true" : undefined}
        className={cn("grid gap-1 px-4 py-3 -outline-offset-2 hover:bg-sunken", isOpen && "bg-accent-wash hover:bg-accent-wash")}
      >
        <span className="flex items-center gap-2">
          <span className={cn("min-w-0 flex-1 truncate text-sm", unread > 0 ? "font-semibold" : "font-medium")}>{client_name}</span>
          {unread > 0 && (
            <span className="grid min-w-5 place-items-center rounded-full bg-accent px-1 text-xs font-medium text-accent-ink">
              <span aria-hidden>{unread}</span>
              <span className="sr-only">{t("inbox.unread", { count: unread })}</span>
            </span>
          )}
        </span>
        {subject && <span className="truncate text-sm text-soft">{subject}</span>}
        <span className="flex flex-wrap items-center gap-1.5 text-xs text-soft">
          <StateBadge conversation={conversation} />
          {labels.map((label) => (
            <Badge key={label}>{label}</Badge>
          ))}
          <time dateTime={waiting_since ?? active_at} className="ml-auto">
            {ago(waiting_since ?? active_at)}
          </time>
        </span>
      </Link>
    </li>
  );
}
