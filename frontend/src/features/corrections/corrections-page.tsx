import { PencilLine, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { MoreButton } from "@/components/ui/more-button";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import { useDevices } from "@/queries/use-devices";
import { useCorrections } from "./api/use-corrections";
import { CorrectDialog } from "./correct-dialog";
import { CorrectionTable } from "./correction-table";

const MOST = 200;

/** What people have said of readings; `?device=2` of one device, `&new=1` with the form for another. */
export function CorrectionsPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const mayChange = useMayChange();
  const device = Number(search.get("device")) || undefined;
  const corrections = useCorrections(device);
  const known = useDevices({ limit: MOST });
  const devices = known.data?.items ?? [];
  const items = corrections.data?.pages.flatMap((page) => page.items) ?? [];
  // With a device in the address the form waits until it is known which one that is.
  const isNew = mayChange && search.get("new") !== null && !(device && known.isPending);
  return (
    <Page
      title={t("corrections.title")}
      text={t("corrections.text")}
      actions={
        <>
          {device && <Button onClick={() => set({ device: null })}>{t("corrections.allDevices")}</Button>}
          {mayChange && (
            <Button variant="primary" onClick={() => set({ new: "1" })}>
              <Plus />
              {t("corrections.new")}
            </Button>
          )}
        </>
      }
    >
      <Card>
        {corrections.isPending && <SkeletonRows />}
        {corrections.isError && <LoadFailed error={corrections.error} retry={() => void corrections.refetch()} />}
        {corrections.isSuccess && items.length === 0 && (
          <Notice icon={PencilLine} title={t("corrections.none")}>
            {t("corrections.noneText")}
          </Notice>
        )}
        {items.length > 0 && <CorrectionTable items={items} devices={devices} />}
        <MoreButton of={corrections} text={t("corrections.more")} />
      </Card>
      {isNew && <CorrectDialog device={devices.find(({ id }) => id === device)} onClose={() => set({ new: null })} />}
    </Page>
  );
}
