import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { HATCH, barColour } from "./colours";
import type { Bar } from "./periods";

interface LegendProps {
  bars: readonly Bar[];
  limit: number | null;
  direction: Schemas["Direction"];
}

/** Only of what is there to see. */
export function Legend({ bars, limit, direction }: LegendProps) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const has = (kind: Bar["kind"]) => bars.some((bar) => bar.kind === kind);
  return (
    <figcaption className="mt-2 flex flex-wrap gap-x-5 gap-y-1 px-2 text-xs text-soft">
      <Key swatch={<Swatch fill={`var(${barColour(direction)})`} />} text={t("usage.legendNormal")} />
      {has("estimated") && <Key swatch={<Swatch fill="var(--bar-estimated)" dashed />} text={t("usage.legendEstimated")} />}
      {has("over") && <Key swatch={<Swatch fill="var(--bar-over)" hatched />} text={t("usage.legendOver")} />}
      {bars.some(({ marked }) => marked) && (
        <Key swatch={<span className="inline-block size-1.5 rounded-full bg-info" />} text={t("usage.legendMarked")} />
      )}
      {limit !== null && (
        <Key
          swatch={<span className="inline-block w-4 border-t-2 border-dashed border-warn" />}
          text={t("usage.limit", { value: kwh(limit) })}
        />
      )}
      {limit !== null && <span className="basis-full">{t("usage.limitNow")}</span>}
    </figcaption>
  );
}

function Key({ swatch, text }: { swatch: React.ReactNode; text: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      {swatch}
      {text}
    </span>
  );
}

function Swatch({ fill, hatched, dashed }: { fill: string; hatched?: boolean; dashed?: boolean }) {
  return (
    <svg viewBox="0 0 12 12" className="size-3" aria-hidden>
      <rect x="0.5" y="0.5" width="11" height="11" rx="2" fill={fill} stroke={dashed ? "var(--bar)" : "none"} strokeDasharray="2 1.5" />
      {hatched && <path d={HATCH} stroke="var(--card)" strokeWidth="1.5" />}
    </svg>
  );
}
