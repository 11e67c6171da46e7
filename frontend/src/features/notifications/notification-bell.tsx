import { Bell } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";

import { Button } from "@/components/ui/button";
import { patiently } from "@/lib/patiently";
import { useNotifications } from "./api/use-notifications";

const NotificationPanel = lazy(() => patiently(() => import("./notification-panel")));
const MOST_SHOWN = 99;

/** How much is unread, and the list behind it, which closes when one goes elsewhere. */
export function NotificationBell() {
  const { t } = useTranslation();
  const { key } = useLocation();
  const [openAt, setOpenAt] = useState<string | null>(null);
  const unread = useNotifications(true, 1).data?.unread ?? 0;
  const label = unread > 0 ? `${t("notifications.title")}: ${t("notifications.unread", { count: unread })}` : t("notifications.title");
  return (
    <>
      <Button variant="ghost" size="icon" aria-label={label} className="relative" onClick={() => setOpenAt(key)}>
        <Bell />
        {unread > 0 && (
          <span
            aria-hidden
            className="absolute top-0.5 right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-bad px-1 text-[0.625rem] leading-none font-semibold text-card"
          >
            {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
          </span>
        )}
      </Button>
      <Suspense>{openAt === key && <NotificationPanel onClose={() => setOpenAt(null)} />}</Suspense>
    </>
  );
}
