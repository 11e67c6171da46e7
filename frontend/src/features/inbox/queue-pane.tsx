import { Inbox } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { SearchInput } from "@/components/ui/search-input";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useSearch } from "@/lib/use-search";
import { useSession } from "@/lib/use-session";
import { FILTERS, useInbox } from "./api/use-inbox";
import { useLabels } from "./api/use-labels";
import { QueueRow } from "./queue-row";

const STEP = 50;
const MOST = 200;

export function QueuePane({ open }: { open: string | undefined }) {
  const { t } = useTranslation();
  const session = useSession();
  const [search, set] = useSearch();
  const [limit, setLimit] = useState(STEP);
  const filter = FILTERS.find((one) => one === search.get("show")) ?? "all";
  const text = search.get("search") ?? "";
  const me = session.status === "signed-in" ? session.userId : "";
  const label = search.get("label") ?? "";
  const labels = useLabels().data ?? [];
  const inbox = useInbox(filter, { search: text, label: label || undefined, limit }, me);
  const { items = [], total = 0 } = inbox.data ?? {};
  return (
    <section aria-label={t("inbox.queue")} className="flex h-full flex-col">
      <div className="grid gap-2 border-b p-3 [&>span]:w-full sm:[&>span]:w-full">
        <SearchInput label={t("inbox.search")} value={text} onSearch={(typed) => set({ search: typed })} />
        <Select aria-label={t("inbox.show")} value={filter} onChange={(event) => set({ show: event.target.value })}>
          {FILTERS.map((value) => (
            <option key={value} value={value}>
              {t(`inbox.show.${value}`)}
            </option>
          ))}
        </Select>
        {labels.length > 0 && (
          <Select aria-label={t("inbox.labels")} value={label} onChange={(event) => set({ label: event.target.value })}>
            <option value="">{t("inbox.everyLabel")}</option>
            {labels.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </Select>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        {inbox.isPending && <SkeletonRows />}
        {inbox.isError && <LoadFailed error={inbox.error} retry={() => void inbox.refetch()} />}
        {inbox.data && items.length === 0 && (
          <Notice icon={Inbox} title={t("inbox.none")}>
            {t("inbox.noneText")}
          </Notice>
        )}
        <ul className="divide-y">
          {items.map((conversation) => (
            <QueueRow key={conversation.id} conversation={conversation} isOpen={conversation.id === open} />
          ))}
        </ul>
        {total > limit && limit < MOST && (
          <Button variant="ghost" className="m-3" onClick={() => setLimit(limit + STEP)}>
            {t("inbox.more")}
          </Button>
        )}
      </div>
    </section>
  );
}
