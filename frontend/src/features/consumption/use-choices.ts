import type { Schemas } from "@/api/client";
import { useRole } from "@/lib/use-session";
import { useDevices } from "@/queries/use-devices";
import { useMyDevices } from "@/queries/use-my-devices";

export interface Choice {
  id: number;
  name: string;
  zone: string;
  limit: number | null;
  direction: Schemas["Direction"];
  site: Schemas["Reference"] | null;
  parent: number | null;
}

/** The devices that one may look at: a client's own, or everybody's for staff. */
export function useChoices() {
  const isClient = useRole() === "client";
  const mine = useMyDevices(isClient);
  const all = useDevices({ limit: 200 }, !isClient);
  const asked = isClient ? mine : all;
  return {
    data: isClient ? mine.data?.map(own) : all.data?.items.map(anybodys),
    isPending: asked.isPending,
    isError: asked.isError,
    error: asked.error,
    retry: () => void asked.refetch(),
  };
}

function own({ parent_id, ...device }: Schemas["MyDeviceAnswer"]): Choice {
  return { ...named(device), parent: parent_id };
}

function anybodys({ parent, ...device }: Schemas["DeviceAnswer"]): Choice {
  return { ...named(device), parent: parent?.id ?? null };
}

type Named = Pick<Schemas["MyDeviceAnswer"], "id" | "name" | "time_zone" | "hourly_limit_kwh" | "direction" | "site">;

function named({ id, name, time_zone, hourly_limit_kwh, direction, site }: Named) {
  return { id, name, zone: time_zone, limit: hourly_limit_kwh, direction, site };
}
