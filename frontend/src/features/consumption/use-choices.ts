import { useRole } from "@/lib/use-session";
import { useDevices } from "@/queries/use-devices";
import { useMyDevices } from "@/queries/use-my-devices";

export interface Choice {
  id: number;
  name: string;
  zone: string;
  limit: number | null;
  site: string | null;
}

type Named = { id: number; name: string; time_zone: string; hourly_limit_kwh: number | null; site: { name: string } | null };

/** The devices that one may look at: a client's own, or everybody's for staff. */
export function useChoices() {
  const isClient = useRole() === "client";
  const mine = useMyDevices(isClient);
  const all = useDevices({ limit: 200 }, !isClient);
  const asked = isClient ? mine : all;
  const found: Named[] | undefined = isClient ? mine.data : all.data?.items;
  return {
    data: found?.map(choice),
    isPending: asked.isPending,
    isError: asked.isError,
    error: asked.error,
    retry: () => void asked.refetch(),
  };
}

function choice({ id, name, time_zone, hourly_limit_kwh, site }: Named): Choice {
  return { id, name, zone: time_zone, limit: hourly_limit_kwh, site: site?.name ?? null };
}
