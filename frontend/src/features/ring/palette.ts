/** As many as a glance can tell apart; then they begin again, and the names tell. */
export const PALETTE = ["#2d8a5c", "#3b7fc4", "#c89211", "#a2559b", "#c2560c", "#4b8f9c", "#8a6d3b", "#6b6fc9"] as const;

export function colourOf(replicas: readonly { id: string }[], id: string | null): string {
  const index = replicas.findIndex((replica) => replica.id === id);
  return index < 0 ? "var(--line)" : PALETTE[index % PALETTE.length]!;
}
