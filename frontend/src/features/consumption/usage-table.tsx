import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Badge } from "@/components/ui/badge";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import type { Bar } from "./periods";
import { useQualityText } from "./quality-text";

export function UsageTable({ bars, title }: { bars: readonly Bar[]; title: string }) {
  const { t } = useTranslation();
  const { kwh, watts, number } = useFormat();
  const notes = useQualityText();
  return (
    <Table label={title} className="mt-4">
      <thead>
        <tr>
          <Th>{t("usage.period")}</Th>
          <Th className="text-right">{t("usage.energy")}</Th>
          <Th className="text-right">{t("usage.peakPower")}</Th>
          <Th className="text-right">{t("usage.readings")}</Th>
          <Th className="text-right">{t("usage.coverage")}</Th>
          <Th>{t("usage.quality")}</Th>
        </tr>
      </thead>
      <tbody className="tabular-nums">
        {bars.map(({ period, title: name, kind }) => (
          <Tr key={period.start}>
            <Td className="py-1.5 whitespace-nowrap">{name}</Td>
            <Td className="py-1.5 text-right font-medium whitespace-nowrap">{kwh(period.energy_kwh)}</Td>
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
                {notes(period).map((note) => (
                  <Badge key={note}>{note}</Badge>
                ))}
              </span>
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
