import { useTranslation } from "react-i18next";

import { Select } from "@/components/ui/input";
import type { Choice } from "./use-choices";
import type { View } from "./use-view";

interface DevicePickerProps {
  choices: readonly Choice[];
  view: View;
  withAll: boolean;
}

export function DevicePicker({ choices, view, withAll }: DevicePickerProps) {
  const { t } = useTranslation();
  const sites = [...new Set(choices.map(({ site }) => site ?? ""))];
  return (
    <Select
      aria-label={t("usage.device")}
      className="w-60 max-w-full"
      value={view.device ?? ""}
      onChange={(event) => view.set({ device: event.target.value, direction: null })}
    >
      <option value="">{withAll ? t("usage.allDevices") : t("usage.loadDevicesFirst")}</option>
      {sites.map((site) => (
        <optgroup key={site} label={site || "–"}>
          {choices
            .filter((choice) => (choice.site ?? "") === site)
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </optgroup>
      ))}
    </Select>
  );
}
