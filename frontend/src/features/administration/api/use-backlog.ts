import { useQuery } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { TALLY_MS } from "./use-tally";

export interface Backlog {
  /** Batches that wait in the queues; null: the broker does not say. */
  batches: number | null;
  /** Readings that are on their way to the queues. */
  readings: number;
  /** Partitions whose queue takes nothing at the moment. */
  parked: number;
}

export function useBacklog() {
  return useQuery({ queryKey: ["backlog"], queryFn: findBacklog, refetchInterval: TALLY_MS });
}

async function findBacklog(): Promise<Backlog> {
  const { partitions } = await data(api.GET("/api/balancer/partitions"));
  const batches = partitions.every(({ depth }) => depth !== null) ? sum(partitions.map(({ depth }) => depth ?? 0)) : null;
  return { batches, readings: sum(partitions.map(({ in_flight }) => in_flight)), parked: partitions.filter(({ parked }) => parked).length };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
