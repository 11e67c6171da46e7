import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { NewPasswordForm } from "@/components/new-password-form";
import { Skeleton } from "@/components/ui/skeleton";
import { useLink } from "./api/use-link";
import { useRedeemLink } from "./api/use-redeem-link";
import { FrontDoor } from "./front-door";

/** Where a one-time link leads. The token is in the fragment: it reaches no server's log. */
export function SetPasswordPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [token] = useState(() => new URLSearchParams(window.location.hash.slice(1)).get("token") ?? "");
  const link = useLink(token);
  const redeem = useRedeemLink();

  async function choose(password: string) {
    await redeem.mutateAsync({ token, password });
    toast.success(t("link.done"));
    await navigate("/sign-in");
  }

  if (link.isPending) {
    return (
      <FrontDoor title={t("reset.title")}>
        <Skeleton className="h-40" />
      </FrontDoor>
    );
  }
  if (link.isError) {
    return (
      <FrontDoor title={t("link.invalid")} text={t("link.invalidText")}>
        <Button asChild>
          <Link to="/sign-in">{t("signIn.title")}</Link>
        </Button>
      </FrontDoor>
    );
  }
  const { purpose, name, email } = link.data;
  const title = purpose === "invitation" ? t("link.invitation", { name }) : t("link.reset", { name });
  return (
    <FrontDoor title={title} text={t("link.text", { email })}>
      <NewPasswordForm email={email} busy={redeem.isPending} onPassword={(password) => void choose(password).catch(() => null)} />
    </FrontDoor>
  );
}
