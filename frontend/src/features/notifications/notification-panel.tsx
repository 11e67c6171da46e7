import { BellOff, CheckCheck, Settings2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Segmented } from "@/components/ui/segmented";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useMarkNotificationRead, useNotifications } from "./api/use-notifications";
import { NotificationRow } from "./notification-row";

const STEP = 20;
const MOST = 200;

export default function NotificationPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<"all" | "unread">("all");
  const [limit, setLimit] = useState(STEP);
  const notifications = useNotifications(shown === "unread", limit);
  const markRead = useMarkNotificationRead();
  const { items = [], total = 0, unread = 0 } = notifications.data ?? {};
  return (
    <Dialog open onClose={onClose} title={t("notifications.title")} className="sm:right-4 sm:left-auto sm:w-[26rem]">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <Segmented
          label={t("notifications.show")}
          value={shown}
          options={[
            { value: "all", label: t("state.all") },
            { value: "unread", label: t("notifications.onlyUnread") },
          ]}
          onChange={setShown}
        />
        <Button size="sm" variant="ghost" disabled={unread === 0} busy={markRead.isPending} onClick={() => markRead.mutate(null)}>
          <CheckCheck />
          {t("notifications.readAll")}
        </Button>
      </div>
      {notifications.isPending && <SkeletonRows count={4} />}
      {notifications.isError && <LoadFailed error={notifications.error} retry={() => void notifications.refetch()} />}
      {notifications.data && items.length === 0 && (
        <Notice icon={BellOff} title={t(shown === "all" ? "notifications.none" : "notifications.noneUnread")} className="py-8">
          {t("notifications.noneText")}
        </Notice>
      )}
      <ul className="-mx-2 divide-y">
        {items.map((notification) => (
          <NotificationRow key={notification.id} notification={notification} onRead={() => markRead.mutate(notification.id)} />
        ))}
      </ul>
      <div className="mt-3 flex flex-wrap items-center justify-between gap-2">
        <Link to="/profile#notifications" className="inline-flex items-center gap-1.5 text-sm text-soft hover:text-ink">
          <Settings2 className="size-4" aria-hidden />
          {t("notifications.settings")}
        </Link>
        {total > limit && limit < MOST && (
          <Button size="sm" onClick={() => setLimit(limit + STEP)}>
            {t("notifications.more")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
