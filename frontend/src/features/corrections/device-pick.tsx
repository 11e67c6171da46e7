import { useState } from "react";
import { useTranslation } from "react-i18next";

import { SearchInput } from "@/components/ui/search-input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useDevices, type Device } from "@/queries/use-devices";

const SHOWN = 8;

/** A device is found by its name; nobody has to know a number. */
export function DevicePick({ onPick }: { onPick: (device: Device) => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const devices = useDevices({ search, limit: SHOWN });
  return (
    <>
      <SearchInput label={t("corrections.findDevice")} value={search} onSearch={setSearch} leads />
      {devices.isPending && <SkeletonRows count={3} />}
      <ul className="mt-3 divide-y overflow-hidden rounded-lg border empty:hidden">
        {devices.data?.items.map((device) => (
          <li key={device.id}>
            <button type="button" className="w-full px-3 py-2 text-left text-sm hover:bg-sunken" onClick={() => onPick(device)}>
              <span className="block font-medium">{device.name}</span>
              <span className="block truncate text-soft">{device.site?.name ?? device.time_zone}</span>
            </button>
          </li>
        ))}
        {devices.data?.items.length === 0 && <li className="px-3 py-4 text-center text-sm text-soft">{t("state.nothingFound")}</li>}
      </ul>
    </>
  );
}
