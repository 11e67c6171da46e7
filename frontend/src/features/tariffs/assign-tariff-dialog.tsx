import { useState } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { DevicesPicker } from "@/components/pick/devices-picker";
import { PersonPicker } from "@/components/pick/person-picker";
import { SitePicker } from "@/components/pick/site-picker";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { Segmented } from "@/components/ui/segmented";
import { browserZone } from "@/components/zone-options";
import { todayIn } from "@/lib/dates";
import type { Device } from "@/queries/use-devices";
import type { Site } from "@/queries/use-sites";
import type { User } from "@/queries/use-users";
import { useAssignTariff } from "./api/use-tariff-assignments";
import type { Tariff } from "./api/use-tariffs";

/** What is chosen, and of which kind. */
type Target = { kind: "site"; one: Site | null } | { kind: "device"; one: Device | null } | { kind: "person"; one: User | null };

const idOf = (target: Target) => {
  if (target.kind === "site") return { site_id: target.one?.id };
  if (target.kind === "device") return { device_id: target.one?.id };
  return { user_id: target.one?.id };
};

export function AssignTariffDialog({ tariff: { id, tariff }, onClose }: { tariff: Tariff; onClose: () => void }) {
  const { t } = useTranslation();
  const [target, setTarget] = useState<Target>({ kind: "site", one: null });
  const [since, setSince] = useState(todayIn(browserZone()));
  const [until, setUntil] = useState("");
  const assign = useAssignTariff();

  function submit(name: string) {
    const done = () => {
      toast.success(t("tariffs.assigned", { name, tariff: tariff.name }));
      onClose();
    };
    assign.mutate({ tariff_id: id, since, until: until || null, ...idOf(target) }, { onSuccess: done });
  }

  return (
    <Dialog open onClose={onClose} title={t("tariffs.assignTitle", { name: tariff.name })} description={t("tariffs.assignText")}>
      <Segmented
        label={t("tariffs.appliesTo")}
        className="mb-3"
        value={target.kind}
        options={[
          { value: "site", label: t("tariffs.site") },
          { value: "device", label: t("tariffs.device") },
          { value: "person", label: t("tariffs.person") },
        ]}
        onChange={(kind) => setTarget({ kind, one: null })}
      />
      <Picker target={target} onChoose={setTarget} />
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        <Field label={t("tariffs.since")}>
          {(wiring) => <Input type="date" required value={since} onChange={(event) => setSince(event.target.value)} {...wiring} />}
        </Field>
        <Field label={t("tariffs.before")} hint={t("tariffs.beforeHint")}>
          {(wiring) => <Input type="date" min={since} value={until} onChange={(event) => setUntil(event.target.value)} {...wiring} />}
        </Field>
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button
          variant="primary"
          disabled={!target.one || !since}
          busy={assign.isPending}
          onClick={() => target.one && submit(target.one.name)}
        >
          {t("tariffs.assign")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Picker({ target, onChoose }: { target: Target; onChoose: (target: Target) => void }) {
  switch (target.kind) {
    case "site":
      return <SitePicker chosen={target.one?.id ?? null} onChoose={(one) => onChoose({ kind: "site", one })} />;
    case "device":
      return (
        <DevicesPicker
          by="radio"
          chosen={new Set(target.one ? [target.one.id] : [])}
          onToggle={(one) => onChoose({ kind: "device", one })}
        />
      );
    case "person":
      return <PersonPicker chosen={target.one} onChoose={(one) => onChoose({ kind: "person", one })} />;
  }
}
