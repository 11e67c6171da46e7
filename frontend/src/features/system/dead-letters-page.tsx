import { MailCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ListCard } from "@/components/list-card";
import { Page } from "@/components/page";
import { Select } from "@/components/ui/input";
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
  const { items, total = 0 } = letters.data ?? {};
  const close = () => setDoing(null);
  return (
    <Page
      title={t("deadLetters.title")}
      text={t("deadLetters.text")}
      actions={<QueueChoice value={queue} onChange={(name) => set({ queue: name })} />}
    >
      <ListCard
        of={letters}
        items={items}
        isNarrow={queue !== ""}
        none={{ icon: MailCheck, title: t("deadLetters.none"), text: t("deadLetters.noneText") }}
        foot={
          items &&
          total > items.length && (
            <p className="border-t px-4 py-3 text-sm text-soft sm:px-5">{t("deadLetters.some", { shown: items.length, total })}</p>
          )
        }
      >
        {(some) => <Rows items={some} onDo={setDoing} />}
      </ListCard>
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
