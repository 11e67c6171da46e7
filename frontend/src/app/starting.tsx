import { useTranslation } from "react-i18next";

import { Logo } from "@/components/logo";

export function Starting() {
  const { t } = useTranslation();
  return (
    <main className="grid min-h-screen place-items-center" aria-busy aria-label={t("app.loading")}>
      <Logo className="size-12 animate-pulse" />
    </main>
  );
}
