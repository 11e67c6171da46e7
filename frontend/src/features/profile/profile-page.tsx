import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { download } from "@/api/client";
import { NewPasswordForm } from "@/components/new-password-form";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { Segmented } from "@/components/ui/segmented";
import { Skeleton } from "@/components/ui/skeleton";
import { chooseTheme, useTheme } from "@/lib/theme";
import { useAct } from "@/lib/use-act";
import { useProfile } from "@/queries/use-profile";
import { useChangePassword } from "./api/use-change-password";
import { FactorCard } from "./factor-card";
import { KeysCard } from "./keys-card";
import { SessionsCard } from "./sessions-card";
import { TariffsCard } from "./tariffs-card";
import { WishesCard } from "./wishes-card";
import { YouForm } from "./you-form";

export function ProfilePage() {
  const { t } = useTranslation();
  const profile = useProfile();
  return (
    <Page title={t("profile.title")}>
      {profile.isPending && <Skeleton className="h-80 rounded-xl" />}
      {profile.isError && <LoadFailed error={profile.error} retry={() => void profile.refetch()} />}
      {profile.data && (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <div className="grid gap-4">
            <YouForm profile={profile.data} />
            <WishesCard />
            {profile.data.role === "client" && <TariffsCard zone={profile.data.time_zone} />}
          </div>
          <div className="grid gap-4">
            <Password email={profile.data.email} />
            <FactorCard />
            <SessionsCard />
            <KeysCard />
            <Appearance />
            <PersonalData />
          </div>
        </div>
      )}
    </Page>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const theme = useTheme();
  return (
    <Card>
      <CardHeader title={t("profile.appearance")} />
      <div className="px-4 pb-4 sm:px-5">
        <Segmented
          label={t("profile.theme")}
          value={theme}
          options={(["light", "dark", "system"] as const).map((value) => ({ value, label: t(`profile.${value}`) }))}
          onChange={chooseTheme}
        />
      </div>
    </Card>
  );
}

function PersonalData() {
  const { t } = useTranslation();
  const save = useAct(() => download("/api/users/me/export", "kilowatch-my-data.zip"));
  return (
    <Card>
      <CardHeader title={t("profile.data")}>{t("profile.dataText")}</CardHeader>
      <div className="px-4 pb-4 sm:px-5">
        <Button busy={save.isPending} onClick={() => save.mutate(undefined)}>
          <Download />
          {t("profile.export")}
        </Button>
      </div>
    </Card>
  );
}

function Password({ email }: { email: string }) {
  const { t } = useTranslation();
  const change = useChangePassword();
  const done = () => void toast.success(t("profile.changed"));
  return (
    <Card>
      <CardHeader title={t("profile.password")} />
      <div className="px-4 pb-4 sm:px-5">
        <NewPasswordForm
          email={email}
          askCurrent
          busy={change.isPending}
          onPassword={(next, current) => change.mutate({ current, next }, { onSuccess: done })}
        />
      </div>
    </Card>
  );
}
