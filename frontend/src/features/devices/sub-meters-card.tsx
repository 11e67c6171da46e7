import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { Card, CardHeader } from "@/components/ui/card";
import { useDevices, type Device } from "@/queries/use-devices";

/** What is behind a meter; nothing where nothing is. */
export function SubMetersCard({ device: { id, site } }: { device: Device }) {
  const { t } = useTranslation();
  const found = useDevices({ site_id: site?.id, limit: 200 }, site !== null);
  const behind = found.data?.items.filter(({ parent }) => parent?.id === id) ?? [];
  if (site === null || behind.length === 0) return null;
  return (
    <Card>
      <CardHeader title={t("devices.subMeters")}>{t("devices.subMetersText")}</CardHeader>
      <ul className="divide-y border-t">
        {behind.map(({ id, name, location }) => (
          <li key={id} className="px-4 py-2.5 text-sm sm:px-5">
            <Link to={`/devices/${id}`} className="font-medium underline-offset-4 hover:underline">
              {name}
            </Link>
            <p className="text-soft">{location}</p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
