import { MailCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Page } from "@/components/page";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { Table, Th, ThMore } from "@/components/ui/table";
import { useSearch } from "@/lib/use-search";
import { useDeadLetters, type DeadLetter } from "./api/use-dead-letters";
import { useHealth } from "./api/use-health";
import { DeadLetterRow } from "./dead-letter-row";
import { DiscardLetter, LetterDialog } from "./letter-dialogs";

/** What is being done, to which. */
export type Doing = { what: "show" | "discard"; letter: DeadLetter } | null;

/** Messages that could not be processed: they wait to be sent again once the cause is mended. */
export function DeadLettersPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const [doing, setDoing] = useState<Doing>(null);
  const queue = search.get("queue") ?? "";
  const letters = useDeadLetters(queue || undefined);
  const { items = [], total = 0 } = letters.data ?? {};
  const close = () => setDoing(null);
  return (
    <Page
      title={t("deadLetters.title")}
      text={t("deadLetters.text")}
      actions={<QueueChoice value={queue} onChange={(name) => set({ queue: name })} />}
    >
      <Card>
        {letters.isPending && <SkeletonRows />}
        {letters.isError && <LoadFailed error={letters.error} retry={() => void letters.refetch()} />}
        {letters.isSuccess && items.length === 0 && (
          <Notice icon={MailCheck} title={t("deadLetters.none")}>
            {t("deadLetters.noneText")}
          </Notice>
        )}
        {items.length > 0 && <Rows items={items} onDo={setDoing} />}
        {total > items.length && items.length > 0 && (
          <p className="border-t px-4 py-3 text-sm text-soft sm:px-5">{t("deadLetters.some", { shown: items.length, total })}</p>
        )}
      </Card>
      {doing?.what === "show" && <LetterDialog letter={doing.letter} onClose={close} />}
      {doing?.what === "discard" && <DiscardLetter letter={doing.letter} onClose={close} />}
    </Page>
  );
}

/** Those that have some, and the one that is chosen. */
function QueueChoice({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const { t } = useTranslation();
  const filled = useHealth().data?.queues.filter(({ dead_letters }) => dead_letters > 0) ?? [];
  const names = new Set([...(value ? [value] : []), ...filled.map(({ name }) => name)]);
  return (
    <Select aria-label={t("system.queue")} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{t("deadLetters.everyQueue")}</option>
      {[...names].map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}

function Rows({ items, onDo }: { items: readonly DeadLetter[]; onDo: (doing: Doing) => void }) {
  const { t } = useTranslation();
  return (
    <Table label={t("deadLetters.title")} className="rounded-xl">
      <thead>
        <tr>
          <Th>{t("deadLetters.at")}</Th>
          <Th>{t("system.queue")}</Th>
          <Th>{t("deadLetters.about")}</Th>
          <Th>{t("deadLetters.reason")}</Th>
          <ThMore />
        </tr>
      </thead>
      <tbody>
        {items.map((letter) => (
          <DeadLetterRow key={letter.id} letter={letter} onDo={onDo} />
        ))}
      </tbody>
    </Table>
  );
}
