import { useTranslation } from "react-i18next";
import type { UseFormRegisterReturn } from "react-hook-form";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/input";
import { withAllBehind } from "@/lib/meter-tree";
import { useDevices, type Device } from "@/queries/use-devices";

interface ParentFieldProps {
  site: number | null;
  device: Device | null;
  register: UseFormRegisterReturn;
}

/** The meter that this one is behind: one of the same site, and none that is behind this one. */
export function ParentField({ site, device, register }: ParentFieldProps) {
  const { t } = useTranslation();
  const found = useDevices({ site_id: site, limit: 200 }, site !== null);
  if (site === null) return null;
  // The list of the site before stays until the next is there.
  const meters = (found.data?.items ?? []).filter((each) => each.site?.id === site);
  const excluded = device ? withAllBehind(meters, device.id) : new Set<number>();
  const known = device?.parent && device.site?.id === site ? [device.parent] : [];
  const possible = meters.length > 0 ? meters.filter(({ id }) => !excluded.has(id)) : known;
  return (
    <Field label={t("devices.parent")} hint={t("devices.parentHint")} className="sm:col-span-2">
      {(wiring) => (
        <Select key={`${site}-${possible.length}`} className="w-full" {...wiring} {...register}>
          <option value="">{t("devices.noParent")}</option>
          {possible.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
