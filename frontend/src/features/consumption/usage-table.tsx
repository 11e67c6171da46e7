import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Badge } from "@/components/ui/badge";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import type { Drawing } from "./drawing";
import type { Measure } from "./measure";
import { useQualityText } from "./quality-text";

/** A year of hours is for a file, not for eyes. */
const MOST_ROWS = 800;

export function UsageTable({ drawing, measure, title }: { drawing: Drawing; measure: Measure; title: string }) {
  const { t } = useTranslation();
  const { watts, number } = useFormat();
  const notes = useQualityText();
  const { bars, layers, compared } = drawing;
  return (
    <>
      <Table label={title} className="mt-4">
        <thead>
          <tr>
            <Th>{t("usage.period")}</Th>
            <Th className="text-right">{measure.unit === "kWh" ? t("usage.energy") : t("usage.cost")}</Th>
            {compared && <Th className="text-right">{t("usage.legendCompared")}</Th>}
            {layers.map(({ name }) => (
              <Th key={name} className="text-right">
                {name}
              </Th>
            ))}
            <Th className="text-right">{t("usage.peakPower")}</Th>
            <Th className="text-right">{t("usage.readings")}</Th>
            <Th className="text-right">{t("usage.coverage")}</Th>
            <Th>{t("usage.quality")}</Th>
          </tr>
        </thead>
        <tbody className="tabular-nums">
          {bars.slice(0, MOST_ROWS).map(({ period, title: name, kind, value }, index) => (
            <Tr key={period.start}>
              <Td className="py-1.5 whitespace-nowrap">{name}</Td>
              <Td className="py-1.5 text-right font-medium whitespace-nowrap">{measure.write(value)}</Td>
              {compared && <Td className="py-1.5 text-right whitespace-nowrap text-soft">{measure.write(compared[index])}</Td>}
              {layers.map((layer) => (
                <Td key={layer.name} className="py-1.5 text-right whitespace-nowrap text-soft">
                  {measure.write(layer.values[index])}
                </Td>
              ))}
              <Td className="py-1.5 text-right whitespace-nowrap text-soft">{period.peak_w === null ? "–" : watts(period.peak_w)}</Td>
              <Td className="py-1.5 text-right text-soft">{number(period.readings)}</Td>
              <Td className="py-1.5 text-right text-soft">{number(period.coverage * 100)} %</Td>
              <Td className="py-1.5">
                <span className="flex flex-wrap gap-1">
                  {kind === "over" && (
                    <Badge tone="warn">
                      <TriangleAlert className="size-3" aria-hidden />
                      {t("usage.legendOver")}
                    </Badge>
                  )}
                  {kind === "gap" && <Badge>{t("usage.noEnergy")}</Badge>}
                  {notes(period).map((note) => (
                    <Badge key={note}>{note}</Badge>
                  ))}
                </span>
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      {bars.length > MOST_ROWS && <p className="px-5 py-3 text-sm text-soft">{t("usage.tooManyRows", { count: MOST_ROWS, total: bars.length })}</p>}
    </>
  );
}
