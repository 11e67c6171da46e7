import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { Tariff } from "./use-tariffs";

/** A change of prices is seen wherever something costs. */
const TOUCHED = ["tariffs", "my-tariffs", "usage"];

export type TariffBody = Schemas["TariffBody-Input"];

export function useCreateTariff() {
  return useAct((body: TariffBody) => data(api.POST("/api/tariffs", { body })), TOUCHED);
}

/** The whole of it; refused if somebody else has changed it since it was looked at. */
export function useReplaceTariff({ id, version }: Tariff) {
  return useAct(
    (body: TariffBody) =>
      data(api.PUT("/api/tariffs/{tariff_id}", { params: { path: { tariff_id: id }, query: { version } }, body })),
    TOUCHED,
  );
}

export function useDeleteTariff() {
  return useAct(
    (id: number) => data(api.DELETE("/api/tariffs/{tariff_id}", { params: { path: { tariff_id: id } } })),
    TOUCHED,
    "none",
  );
}
