import { Compass, CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Button } from "@/components/ui/button";
import { Notice } from "@/components/ui/notice";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Notice
      icon={Compass}
      title={t("app.notFound")}
      isPage
      className="min-h-[60vh]"
      action={
        <Button asChild>
          <Link to="/">{t("app.toStart")}</Link>
        </Button>
      }
    >
      {t("app.notFoundText")}
    </Notice>
  );
}

export function Crashed() {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <Notice
        icon={CircleAlert}
        title={t("app.crashed")}
        isPage
        className="min-h-[60vh]"
        action={<Button onClick={() => window.location.reload()}>{t("action.reload")}</Button>}
      >
        {t("app.crashedText")}
      </Notice>
    </div>
  );
}
