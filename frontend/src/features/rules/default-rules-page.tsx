import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { useMayChange } from "@/lib/use-session";
import { RuleList } from "./rule-list";

export function DefaultRulesPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("rules.defaults")} text={t("rules.defaultsText")}>
      <Card>
        <RuleList of={null} limitKwh={null} mayChange={useMayChange()} />
      </Card>
    </Page>
  );
}
