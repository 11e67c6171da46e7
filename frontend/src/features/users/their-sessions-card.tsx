import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { sessionName, SessionRow, type Session } from "@/components/access/session-row";
import { ConfirmButton } from "@/components/confirm-button";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useMayChange } from "@/lib/use-session";
import type { User } from "@/queries/use-users";
import { useEndTheirSession, useEndTheirSessions, useTheirSessions } from "./api/use-their-sessions";

/** Where somebody is signed in. */
export function TheirSessionsCard({ user }: { user: User }) {
  const { t } = useTranslation();
  const sessions = useTheirSessions(user.id);
  const mayChange = useMayChange();
  return (
    <Card>
      <CardHeader title={t("users.sessions")} actions={mayChange && !!sessions.data?.length && <EndAll user={user} />} />
      {sessions.isPending && <SkeletonRows count={2} lines={2} />}
      {sessions.isError && <LoadFailed error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.data?.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("users.noSessions")}</p>}
      <ul className="divide-y border-t empty:hidden">
        {sessions.data?.map((session) => (
          <SessionRow key={session.id} session={session}>
            {mayChange && <End user={user} session={session} />}
          </SessionRow>
        ))}
      </ul>
    </Card>
  );
}

function EndAll({ user: { id, name } }: { user: User }) {
  const { t } = useTranslation();
  const end = useEndTheirSessions(id);
  return (
    <ConfirmButton
      action={t("profile.everywhere")}
      variant="secondary"
      title={t("users.everywhereTitle", { name })}
      text={t("users.everywhereText")}
      busy={end.isPending}
      onConfirm={() => end.mutate(undefined, { onSuccess: () => void toast.success(t("users.everywhereDone", { name })) })}
    />
  );
}

function End({ user: { id, name }, session }: { user: User; session: Session }) {
  const { t } = useTranslation();
  const end = useEndTheirSession(id);
  const which = sessionName(session);
  return (
    <ConfirmButton
      action={t("profile.endSession")}
      about={which}
      title={t("users.endSessionTitle", { name })}
      text={t("users.endSessionText", { which })}
      busy={end.isPending}
      onConfirm={() => end.mutate(session.id, { onSuccess: () => void toast.success(t("profile.ended")) })}
    />
  );
}
