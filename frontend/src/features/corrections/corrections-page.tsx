import { PencilLine, Plus } from "lucide-react";
import { useTranslation } from "react-i18next";

import { GrowingList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Button } from "@/components/ui/button";
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
      <GrowingList
        of={corrections}
        more={t("corrections.more")}
        none={{ icon: PencilLine, title: t("corrections.none"), text: t("corrections.noneText") }}
      >
        {(items) => <CorrectionTable items={items} devices={devices} />}
      </GrowingList>
      {isNew && <CorrectDialog device={devices.find(({ id }) => id === device)} onClose={() => set({ new: null })} />}
    </Page>
  );
}
