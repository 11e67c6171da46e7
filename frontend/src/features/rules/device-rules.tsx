import { useTranslation } from "react-i18next";
import { useParams } from "react-router";

import { Card, CardHeader } from "@/components/ui/card";
import { useMayChange } from "@/lib/use-session";
import { useSeenDevice } from "@/queries/use-seen-device";
import { RuleList } from "./rule-list";

/** What is watched of one device; the page of the device has it. Its owner may change it, and an administrator. */
export function DeviceRules() {
  const { t } = useTranslation();
  const id = Number(useParams()["deviceId"]);
  const device = useSeenDevice(id).data;
  const administers = useMayChange();
  if (!device) return null;
  const mayChange = administers || ("level" in device && device.level === "owner");
  return (
    <Card>
      <CardHeader title={t("rules.title")}>{t("rules.text")}</CardHeader>
      <RuleList of={id} limitKwh={device.hourly_limit_kwh} mayChange={mayChange} />
    </Card>
  );
}
