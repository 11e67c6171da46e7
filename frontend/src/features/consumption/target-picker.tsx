import { useTranslation } from "react-i18next";

import { Select } from "@/components/ui/input";
import type { Choice } from "./use-choices";
import type { View } from "./use-view";

interface TargetPickerProps {
  choices: readonly Choice[];
  view: View;
  withAll: boolean;
}

/** All, a site, or a device: `site-3`, `device-7`. */
export function TargetPicker({ choices, view, withAll }: TargetPickerProps) {
  const { t } = useTranslation();
  const sites = new Map(choices.map(({ site }) => [site?.id ?? 0, site?.name ?? ""]));
  const chosen = view.device ? `device-${view.device}` : view.site ? `site-${view.site}` : "";
  const choose = (value: string) => {
    const [what, id] = value.split("-");
    view.set({ device: what === "device" ? id! : null, site: what === "site" ? id! : null, direction: null });
  };
  return (
    <Select aria-label={t("usage.device")} className="w-60 max-w-full" value={chosen} onChange={(event) => choose(event.target.value)}>
      <option value="">{withAll ? t("usage.allDevices") : t("usage.loadDevicesFirst")}</option>
      {[...sites].map(([id, name]) => (
        <optgroup key={id} label={name || "–"}>
          {id > 0 && <option value={`site-${id}`}>{t("usage.wholeSite", { name })}</option>}
          {choices
            .filter(({ site }) => (site?.id ?? 0) === id)
            .map((device) => (
              <option key={device.id} value={`device-${device.id}`}>
                {device.name}
              </option>
            ))}
        </optgroup>
      ))}
    </Select>
  );
}
