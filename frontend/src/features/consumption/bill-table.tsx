import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";

/** What the money is made of. */
export function BillTable({ bill }: { bill: Schemas["Bill"] }) {
  const { t } = useTranslation();
  const { kwh, money } = useFormat();
  const write = (value: number) => money(value, bill.currency);
  return (
    <Table label={t("usage.bill")}>
      <thead>
        <tr>
          <Th>{t("usage.rate")}</Th>
          <Th className="text-right">{t("usage.price")}</Th>
          <Th className="text-right">{t("usage.energy")}</Th>
          <Th className="text-right">{t("usage.cost")}</Th>
        </tr>
      </thead>
      <tbody className="tabular-nums">
        {bill.rates.map(({ name, price, energy_kwh, cost }) => (
          <Tr key={`${name} ${price}`}>
            <Td>{name}</Td>
            <Td className="text-right text-soft">{write(price)}</Td>
            <Td className="text-right">{kwh(energy_kwh)}</Td>
            <Td className="text-right font-medium">{write(cost)}</Td>
          </Tr>
        ))}
        {bill.standing_charge !== 0 && (
          <Tr>
            <Td colSpan={3}>{t("usage.standingCharge")}</Td>
            <Td className="text-right font-medium">{write(bill.standing_charge)}</Td>
          </Tr>
        )}
        {bill.unpriced_kwh > 0 && (
          <Tr>
            <Td colSpan={2}>{t("usage.unpriced")}</Td>
            <Td className="text-right">{kwh(bill.unpriced_kwh)}</Td>
            <Td className="text-right">–</Td>
          </Tr>
        )}
        <Tr>
          <Td colSpan={3} className="font-semibold">
            {t("usage.total")}
          </Td>
          <Td className="text-right font-semibold">{write(bill.total)}</Td>
        </Tr>
      </tbody>
    </Table>
  );
}
