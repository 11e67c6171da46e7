import { useQueries, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { rangeAround, todayIn } from "@/lib/dates";
import { useDevices, type Device } from "@/queries/use-devices";
import { usageQuery } from "@/queries/use-usage";

/** Who has more of them is looked up among the devices. */
const MOST = 12;

export function usePerson(user_id: string) {
  return useQuery({
    queryKey: ["users", user_id],
    queryFn: () => data(api.GET("/api/users/{user_id}", { params: { path: { user_id } } })),
  });
}

/** The meters of a person, the first of them. */
export function usePersonDevices(user_id: string) {
  return useDevices({ user_id, limit: MOST });
}

export interface MeterStanding {
  device: Device;
  /** undefined: still on its way; null: nothing is known */
  today: number | null | undefined;
  month: number | null | undefined;
  alerts: number | undefined;
}

export function useStandings(devices: readonly Device[]): MeterStanding[] {
  const usage = useQueries({ queries: devices.map(monthOf) });
  const alerts = useQueries({ queries: devices.map(({ id }) => openAlerts(id)) });
  return devices.map((device, index) => {
    const series = usage[index]?.data?.series[0];
    const isThere = usage[index]?.isFetched;
    const ofToday = series?.periods.find(({ start }) => start.startsWith(todayIn(device.time_zone)));
    return {
      device,
      today: isThere ? (ofToday?.energy_kwh ?? null) : undefined,
      month: isThere ? (series?.total.energy_kwh ?? null) : undefined,
      alerts: alerts[index]?.data?.total,
    };
  });
}

/** Day by day, so that one answer has today and the month. */
function monthOf({ id, time_zone }: Device) {
  const { from, to } = rangeAround(todayIn(time_zone), "month");
  return usageQuery({ device: id, by: "day", from, to });
}

function openAlerts(device: number) {
  const query = { device, state: "raised", limit: 1 } as const;
  return {
    queryKey: ["alerts", query],
    // The address can be asked for tables too, so its answer has several types.
    queryFn: () => data(api.GET("/api/alerts", { params: { query } })) as Promise<Schemas["Page_AlertAnswer_"]>,
  };
}
