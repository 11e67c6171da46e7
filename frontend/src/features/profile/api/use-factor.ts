import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import type { components } from "@/api/schema";

export type Proof = components["schemas"]["FactorProofBody"];

export function useFactor() {
  return useQuery({ queryKey: ["factor"], queryFn: () => data(api.GET("/api/auth/second-factor")) });
}
