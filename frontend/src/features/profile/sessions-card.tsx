import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { sessionName, SessionRow, type Session } from "@/components/access/session-row";
import { ConfirmButton } from "@/components/confirm-button";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useEndSession } from "./api/use-end-session";
import { useSessions } from "./api/use-sessions";
import { useSignOutEverywhere } from "./api/use-sign-out-everywhere";

/** The newest, this one among them; a few are enough to see whether somebody else is in. */
const FEW = 5;

export function SessionsCard() {
  const { t } = useTranslation();
  const sessions = useSessions();
  const everywhere = useSignOutEverywhere();
  const [areAll, setAreAll] = useState(false);
  const shown = areAll ? sessions.data : sessions.data?.slice(0, FEW);
  const more = (sessions.data?.length ?? 0) - (shown?.length ?? 0);
  return (
    <Card>
      <CardHeader
        title={t("profile.sessions")}
        actions={
          <ConfirmButton
            action={t("profile.everywhere")}
            variant="secondary"
            title={t("profile.everywhere")}
            text={t("profile.everywhereText")}
            busy={everywhere.isPending}
            onConfirm={() => everywhere.mutate(undefined)}
          />
        }
      />
      {sessions.isPending && <SkeletonRows count={2} lines={2} />}
      {sessions.isError && <LoadFailed error={sessions.error} retry={() => void sessions.refetch()} />}
      <ul className="divide-y border-t empty:hidden">
        {shown?.map((session) => (
          <SessionRow key={session.id} session={session}>
            {!session.current && <End session={session} />}
          </SessionRow>
        ))}
      </ul>
      {more > 0 && (
        <div className="border-t p-2 text-center">
          <Button variant="ghost" size="sm" onClick={() => setAreAll(true)}>
            {t("profile.moreSessions", { count: more })}
          </Button>
        </div>
      )}
    </Card>
  );
}

function End({ session }: { session: Session }) {
  const { t } = useTranslation();
  const finish = useEndSession();
  const done = () => void toast.success(t("profile.ended"));
  return (
    <Button
      size="sm"
      variant="ghost"
      busy={finish.isPending}
      aria-label={`${t("profile.endSession")}: ${sessionName(session)}`}
      onClick={() => finish.mutate(session.id, { onSuccess: done })}
    >
      {t("profile.endSession")}
    </Button>
  );
}
