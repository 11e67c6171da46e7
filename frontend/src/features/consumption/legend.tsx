import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useFormat } from "@/lib/use-format";
import { HATCH, barColour } from "./colours";
import type { Drawing } from "./drawing";
import type { Bar } from "./periods";

/** Only of what is there to see. */
export function Legend({ drawing }: { drawing: Drawing }) {
  const { t } = useTranslation();
  const { kwh } = useFormat();
  const { bars, layers, compared, limit, direction } = drawing;
  const has = (kind: Bar["kind"]) => bars.some((bar) => bar.kind === kind);
  const undivided = layers.length === 0;
  const hatched = undivided && drawing.shape === "bars";
  return (
    <figcaption className="mt-2 flex flex-wrap gap-x-5 gap-y-1 px-2 text-xs text-soft">
      {undivided && <Key swatch={<Swatch fill={`var(${barColour(direction)})`} />} text={t("usage.legendNormal")} />}
      {layers.map(({ name, colour }) => (
        <Key key={name} swatch={<Swatch fill={`var(${colour})`} />} text={name} />
      ))}
      {compared && <Key swatch={<Swatch fill="var(--compared)" line="var(--strong-line)" />} text={t("usage.legendCompared")} />}
      {undivided && has("estimated") && (
        <Key swatch={<Swatch fill="var(--bar-estimated)" line="var(--bar)" dashed />} text={t("usage.legendEstimated")} />
      )}
      {has("over") && (
        <Key
          swatch={hatched ? <Swatch fill="var(--bar-over)" hatched /> : <Mark path="M6 2L11 10H1Z" fill="var(--bar-over)" />}
          text={t("usage.legendOver")}
        />
      )}
      {has("gap") && <Key swatch={<span className="inline-block w-3 border-t-2 border-dotted border-strong-line" />} text={t("usage.legendGap")} />}
      {bars.some(({ mark }) => mark === "revised") && (
        <Key swatch={<Mark path="M2 6a4 4 0 1 1 8 0a4 4 0 1 1-8 0Z" fill="var(--info)" />} text={t("usage.revised")} />
      )}
      {bars.some(({ mark }) => mark === "note") && (
        <Key swatch={<Mark path="M6 1L11 6L6 11L1 6Z" fill="var(--info)" />} text={t("usage.legendMarked")} />
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

function Key({ swatch, text }: { swatch: ReactNode; text: string }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      {swatch}
      {text}
    </span>
  );
}

function Swatch({ fill, line = "none", hatched, dashed }: { fill: string; line?: string; hatched?: boolean; dashed?: boolean }) {
  return (
    <svg viewBox="0 0 12 12" className="size-3" aria-hidden>
      <rect x="0.5" y="0.5" width="11" height="11" rx="2" fill={fill} stroke={line} strokeDasharray={dashed ? "2 1.5" : undefined} />
      {hatched && <path d={HATCH} stroke="var(--card)" strokeWidth="1.5" />}
    </svg>
  );
}

function Mark({ path, fill }: { path: string; fill: string }) {
  return (
    <svg viewBox="0 0 12 12" className="size-3" aria-hidden>
      <path d={path} fill={fill} />
    </svg>
  );
}
