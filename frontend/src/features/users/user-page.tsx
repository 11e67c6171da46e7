import { ScrollText } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { BackLink } from "@/components/back-link";
import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/facts";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import type { User } from "@/queries/use-users";
import { AccessCard } from "./access-card";
import { useUser } from "./api/use-user";
import { TheirSessionsCard } from "./their-sessions-card";

/** Somebody's account, and how they come in. */
export function UserPage() {
  const { t } = useTranslation();
  const id = useParams()["userId"]!;
  const user = useUser(id);
  return (
    <Page
      title={user.data?.name ?? t("users.title")}
      text={<BackLink to="/users" text={t("users.back")} />}
      actions={
        <>
          <LogLink to={`/audit?object=user/${id}`} text={t("users.doneTo")} />
          <LogLink to={`/audit?actor=user/${id}`} text={t("users.doneBy")} />
        </>
      }
    >
      {user.isPending && <Skeleton className="h-80 rounded-xl" />}
      {user.isError && <LoadFailed error={user.error} retry={() => void user.refetch()} />}
      {user.data && (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <PersonCard user={user.data} />
          <div className="grid gap-4">
            <AccessCard user={user.data} />
            <TheirSessionsCard user={user.data} />
          </div>
        </div>
      )}
    </Page>
  );
}

function LogLink({ to, text }: { to: string; text: string }) {
  return (
    <Button asChild>
      <Link to={to}>
        <ScrollText aria-hidden />
        {text}
      </Link>
    </Button>
  );
}

function PersonCard({ user }: { user: User }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  return (
    <Card>
      <CardHeader title={t("users.person")} />
      <Facts>
        <Fact label={t("users.email")}>{user.email}</Fact>
        <Fact label={t("users.role")}>{t(`role.${user.role}`)}</Fact>
        <Fact label={t("users.status")}>
          <Badge tone={user.active ? "good" : "plain"}>{t(user.active ? "state.active" : "state.inactive")}</Badge>
        </Fact>
        <Fact label={t("users.created")}>{date(user.created_at.slice(0, 10), "short")}</Fact>
        <Fact label={t("users.timeZone")}>{user.time_zone}</Fact>
        <Fact label={t("users.phone")}>{user.phone || "–"}</Fact>
        <Fact label={t("users.address")}>{user.address || "–"}</Fact>
        <Fact label={t("users.notes")}>{user.notes || "–"}</Fact>
      </Facts>
    </Card>
  );
}
