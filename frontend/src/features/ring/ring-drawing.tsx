import { useTranslation } from "react-i18next";

import type { Ring } from "@/queries/use-ring";
import { colourOf } from "./palette";

const RADIUS = 84;
const THICKNESS = 26;
const GAP_DEGREES = 1.6;

/** The partitions around a circle, each in the colour of who holds it. */
export function RingDrawing({ ring }: { ring: Ring }) {
  const { t } = useTranslation();
  const share = 360 / Math.max(ring.leases.length, 1);
  const text = t("ring.drawing", { partitions: ring.leases.length, replicas: ring.replicas.length });
  return (
    <svg viewBox="-120 -120 240 240" className="mx-auto w-full max-w-80" role="img" aria-label={text}>
      {ring.leases.map(({ partition, replica_id }, index) => {
        const middle = index * share + share / 2;
        const [x, y] = at(middle, RADIUS + THICKNESS / 2 + 11);
        return (
          <g key={partition}>
            <path
              d={arc(index * share + GAP_DEGREES / 2, (index + 1) * share - GAP_DEGREES / 2)}
              fill="none"
              stroke={colourOf(ring.replicas, replica_id)}
              strokeWidth={THICKNESS}
            />
            {ring.leases.length <= 32 && (
              <text x={x} y={y} textAnchor="middle" dominantBaseline="central" fontSize="9" fill="var(--soft)">
                {partition}
              </text>
            )}
          </g>
        );
      })}
      <text y="-6" textAnchor="middle" fontSize="30" fontWeight="600" fill="var(--ink)">
        {ring.leases.length}
      </text>
      <text y="16" textAnchor="middle" fontSize="10.5" fill="var(--soft)">
        {t("ring.partitions")}
      </text>
    </svg>
  );
}

function at(degrees: number, radius: number): [number, number] {
  const angle = ((degrees - 90) * Math.PI) / 180;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

function arc(from: number, to: number): string {
  const [startX, startY] = at(from, RADIUS);
  const [endX, endY] = at(to, RADIUS);
  return `M${startX} ${startY}A${RADIUS} ${RADIUS} 0 ${to - from > 180 ? 1 : 0} 1 ${endX} ${endY}`;
}
