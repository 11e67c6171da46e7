import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { sessionName, SessionRow, type Session } from "@/components/access/session-row";
import { ConfirmButton } from "@/components/confirm-button";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useEndSession } from "./api/use-end-session";
import { useSessions } from "./api/use-sessions";
import { useSignOutEverywhere } from "./api/use-sign-out-everywhere";

export function SessionsCard() {
  const { t } = useTranslation();
  const sessions = useSessions();
  const everywhere = useSignOutEverywhere();
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
      <ul className="divide-y border-t empty:hidden">
        {sessions.data?.map((session) => (
          <SessionRow key={session.id} session={session}>
            {!session.current && <End session={session} />}
          </SessionRow>
        ))}
      </ul>
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
