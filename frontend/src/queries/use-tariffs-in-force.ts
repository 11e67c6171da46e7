import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type TariffInForce = Schemas["TariffInForce"];
export type TariffsOf = { device: number } | { site: number };

/** Which tariffs apply to a device, or to those of a site, today. */
export function useTariffsInForce(of: TariffsOf) {
  return useQuery({
    queryKey: ["tariffs", "in-force", of],
    queryFn: () => ("device" in of ? ofDevice(of.device) : ofSite(of.site)),
  });
}

const ofDevice = (device_id: number) => data(api.GET("/api/tariffs/devices/{device_id}", { params: { path: { device_id } } }));
const ofSite = (site_id: number) => data(api.GET("/api/tariffs/sites/{site_id}", { params: { path: { site_id } } }));
