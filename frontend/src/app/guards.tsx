import { CloudOff, Lock } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation } from "react-router";

import { refresh } from "@/api/refresh";
import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";
import { useRole, useSession } from "@/lib/use-session";
import { Starting } from "./starting";

export function SignedInOnly() {
  const session = useSession();
  const location = useLocation();
  if (session.status === "starting") return <Starting />;
  if (session.status === "unreachable") return <Unreachable />;
  if (session.status === "signed-in") return <Outlet />;
  const here = location.pathname + location.search;
  const query = here === "/" ? "" : `?then=${encodeURIComponent(here)}`;
  return <Navigate to={`/sign-in${query}`} replace />;
}

export function SignedOutOnly() {
  const session = useSession();
  const then = new URLSearchParams(useLocation().search).get("then");
  if (session.status === "starting") return <Starting />;
  if (session.status === "unreachable") return <Unreachable />;
  if (session.status !== "signed-in") return <Outlet />;
  // The code of the page behind the door may be a while on its way.
  return (
    <>
      <Navigate to={ownPage(then)} replace />
      <Starting />
    </>
  );
}

export function StaffOnly() {
  return useRole() === "client" ? <Forbidden /> : <Outlet />;
}

export function AdministratorsOnly() {
  return useRole() === "administrator" ? <Outlet /> : <Forbidden />;
}

export function Home() {
  return <Navigate to={useRole() === "client" ? "/overview" : "/administration"} replace />;
}

/** Only a page of ours: an address from elsewhere in `then` would send people off after they have signed in. */
function ownPage(then: string | null): string {
  return then?.startsWith("/") && !then.startsWith("//") && !then.includes("\\") ? then : "/";
}

function Forbidden() {
  const { t } = useTranslation();
  return (
    <Notice isPage icon={Lock} title={t("app.forbidden")} className="min-h-[60vh]">
      {t("app.forbiddenText")}
    </Notice>
  );
}

function Unreachable() {
  const { t } = useTranslation();
  return (
    <main>
      <Notice
        isPage
        icon={CloudOff}
        title={t("app.unreachable")}
        className="min-h-screen"
        action={<Button onClick={() => void refresh()}>{t("action.retry")}</Button>}
      >
        {t("app.unreachableText")}
      </Notice>
    </main>
  );
}
