import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";

export type Tariff = Schemas["TariffAnswer"];
export type Terms = Schemas["TermsBody-Output"];
export type Rate = Schemas["RateBody-Output"];
export type Window = Schemas["WindowBody"];
export type Weekday = Schemas["Weekday"];

export function useTariffs(offset: number, limit: number) {
  return useQuery({
    queryKey: ["tariffs", { offset, limit }],
    queryFn: () => data(api.GET("/api/tariffs", { params: { query: { offset, limit } } })),
    placeholderData: keepPreviousData,
  });
}

export function useTariff(id: number) {
  return useQuery({
    queryKey: ["tariffs", "one", id],
    queryFn: () => data(api.GET("/api/tariffs/{tariff_id}", { params: { path: { tariff_id: id } } })),
  });
}
