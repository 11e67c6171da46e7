import type { Schemas } from "@/api/client";

const FILLS = { consumption: "var(--bar)", production: "var(--bar-production)", export: "var(--bar-export)" };
const HEIGHT = 36;
const STEP = 10;

interface SparklineProps {
  label: string;
  values: readonly (number | null)[];
  limit: number | null;
  direction: Schemas["Direction"];
}

/** The hours of a day as small bars; those over the limit in another colour, and with a cap on top. */
export function Sparkline({ label, values, limit, direction }: SparklineProps) {
  const largest = Math.max(...values.map((value) => value ?? 0), Number.EPSILON);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${Math.max(values.length, 1) * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="mt-2 h-9 w-full"
    >
      {values.map((value, hour) => {
        const height = value ? Math.max(1.5, (value / largest) * HEIGHT) : 1;
        const over = limit !== null && value !== null && value > limit;
        const fill = value === null ? "var(--line)" : over ? "var(--bar-over)" : FILLS[direction];
        return (
          <g key={hour}>
            <rect x={hour * STEP + 1} y={HEIGHT - height} width={STEP - 2.5} height={height} fill={fill} rx={1} />
            {over && <rect x={hour * STEP + 1} y={HEIGHT - height} width={STEP - 2.5} height={2.5} fill="var(--ink)" />}
          </g>
        );
      })}
    </svg>
  );
}
