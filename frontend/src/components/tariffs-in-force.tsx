import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Skeleton } from "@/components/ui/skeleton";
import { useTariffsInForce, type TariffsOf } from "@/queries/use-tariffs-in-force";

/** Which tariffs apply today, with a way to their prices; at a site, to how many of its devices. */
export function TariffsInForce({ of }: { of: TariffsOf }) {
  const { t } = useTranslation();
  const found = useTariffsInForce(of);
  if (found.isPending) return <Skeleton className="h-5 w-32" />;
  if (found.isError) return "–";
  if (found.data.length === 0) return <To path="/tariffs" text={t("devices.noTariff")} />;
  return (
    <ul>
      {found.data.map(({ tariff_id, tariff, device_ids }) => (
        <li key={tariff_id}>
          <To path={`/tariffs/${tariff_id}`} text={tariff.name} />
          {"site" in of && <span className="text-soft"> · {t("sites.devicesCount", { count: device_ids.length })}</span>}
        </li>
      ))}
    </ul>
  );
}

function To({ path, text }: { path: string; text: string }) {
  return (
    <Link to={path} className="underline-offset-4 hover:underline">
      {text}
    </Link>
  );
}
