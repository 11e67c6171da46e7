import type { Health } from "./api/use-health";

type Queue = Health["queues"][number];

const PARTITION = /^telemetry\.partition\.\d+$/;

/** The many partitions are one line: which of them is behind, the ring shows. */
export function withPartitionsAsOne(queues: readonly Queue[]): Queue[] {
  const partitions = queues.filter(({ name }) => PARTITION.test(name));
  const others = queues.filter(({ name }) => !PARTITION.test(name));
  if (partitions.length === 0) return others;
  const total = (of: "waiting" | "dead_letters") => partitions.reduce((sum, each) => sum + each[of], 0);
  return [...others, { name: "telemetry.partition.*", waiting: total("waiting"), dead_letters: total("dead_letters") }];
}

export function isWell({ services, broker }: Health): boolean {
  return broker === null && services.every(({ reason }) => reason === null);
}
