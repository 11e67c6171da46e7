import { useTranslation } from "react-i18next";

import { Field } from "@/components/ui/field";
import { Input, Select } from "@/components/ui/input";
import { useDevices } from "@/queries/use-devices";

interface TrialFieldsProps {
  /** undefined: it is clear which. */
  device: number | null | undefined;
  onDevice: (device: number | null) => void;
  /** undefined: it is about no limit. */
  limit: string | undefined;
  onLimit: (limit: string) => void;
}

/** What a rule is tried on. */
export function TrialFields({ device, onDevice, limit, onLimit }: TrialFieldsProps) {
  const { t } = useTranslation();
  const devices = useDevices({ limit: 100, sort: "name" }, device !== undefined);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {device !== undefined && (
        <Field label={t("rules.tryOn")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} value={device ?? ""} onChange={(event) => onDevice(Number(event.target.value) || null)}>
              <option value="">–</option>
              {devices.data?.items.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
      )}
      {limit !== undefined && (
        <Field label={t("rules.tryLimit")} hint={t("rules.tryLimitHint")}>
          {(wiring) => <Input inputMode="decimal" {...wiring} value={limit} onChange={(event) => onLimit(event.target.value)} />}
        </Field>
      )}
    </div>
  );
}
