import { ChartColumn, Pencil } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";

import { BackLink } from "@/components/back-link";
import { DeleteButton } from "@/components/delete-button";
import { Page } from "@/components/page";
import { PeopleCard } from "@/components/people/people-card";
import { TariffsInForce } from "@/components/tariffs-in-force";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/facts";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useMayChange } from "@/lib/use-session";
import type { Site } from "@/queries/use-sites";
import { useDeleteSite } from "./api/use-change-site";
import { useSite } from "./api/use-site";
import { MetersCard } from "./meters-card";
import { SiteDialog } from "./site-dialog";

export function SitePage() {
  const { t } = useTranslation();
  const id = Number(useParams()["siteId"]);
  const site = useSite(id);
  return (
    <Page
      title={site.data?.name ?? t("sites.title")}
      text={<BackLink to="/sites" text={t("sites.back")} />}
      actions={site.data && <Actions site={site.data} />}
    >
      {site.isPending && <Skeleton className="h-80 rounded-xl" />}
      {site.isError && <LoadFailed error={site.error} retry={() => void site.refetch()} />}
      {site.data && (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <MetersCard site={site.data} />
          <div className="grid gap-4">
            <Details site={site.data} />
            <PeopleCard place={{ kind: "sites", id }} name={site.data.name} timeZone={site.data.time_zone} none={t("sites.nobody")} />
          </div>
        </div>
      )}
    </Page>
  );
}

function Details({ site }: { site: Site }) {
  const { t } = useTranslation();
  return (
    <Card>
      <CardHeader title={t("devices.details")} />
      <Facts>
        <Fact label={t("sites.address")}>{site.address || "–"}</Fact>
        <Fact label={t("devices.timeZone")}>{site.time_zone}</Fact>
        {site.device_count > 0 && (
          <Fact label={t("devices.tariff")}>
            <TariffsInForce of={{ site: site.id }} />
          </Fact>
        )}
        <Fact label={t("devices.description")}>
          <span className="whitespace-pre-line">{site.description || "–"}</span>
        </Fact>
      </Facts>
    </Card>
  );
}

function Actions({ site }: { site: Site }) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState(false);
  const close = () => setEditing(false);
  const remove = useDeleteSite();
  return (
    <>
      {site.device_count > 0 && (
        <Button asChild>
          <Link to={`/consumption?site=${site.id}`}>
            <ChartColumn />
            {t("devices.showUsage")}
          </Link>
        </Button>
      )}
      {useMayChange() && (
        <>
          <Button onClick={() => setEditing(true)}>
            <Pencil />
            {t("action.edit")}
          </Button>
          <DeleteButton
            title={t("sites.deleteTitle", { name: site.name })}
            text={t("sites.deleteText")}
            deleted={t("sites.deleted", { name: site.name })}
            back="/sites"
            busy={remove.isPending}
            onDelete={(done) => remove.mutate(site.id, { onSuccess: done })}
          />
        </>
      )}
      {editing && <SiteDialog site={site} onClose={close} onSaved={close} />}
    </>
  );
}
