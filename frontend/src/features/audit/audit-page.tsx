import { Download, ScrollText, X } from "lucide-react";
import { useTranslation } from "react-i18next";

import { download } from "@/api/client";
import { GrowingList } from "@/components/list-card";
import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { SearchInput } from "@/components/ui/search-input";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { useAct } from "@/lib/use-act";
import { useFormat } from "@/lib/use-format";
import { useSearch } from "@/lib/use-search";
import { shortened, useActorName } from "@/queries/use-actor-name";
import { useAudit, type AuditWanted, type Entry } from "./api/use-audit";

const SERVICES = ["auth", "users", "devices", "balancer", "monitoring", "support"] as const;

export function AuditPage() {
  const { t } = useTranslation();
  const [search, set] = useSearch();
  const action = search.get("action") ?? "";
  const service = search.get("service") ?? "";
  const actor = search.get("actor") ?? "";
  const object = search.get("object") ?? "";
  const wanted = { action: action || undefined, service: service || undefined, actor: actor || undefined, object: object || undefined };
  const audit = useAudit(wanted);
  const silent = audit.data?.pages.at(-1)?.unavailable ?? [];
  return (
    <Page title={t("audit.title")} actions={<Export wanted={wanted} />}>
      <GrowingList
        of={audit}
        more={t("audit.more")}
        none={{ icon: ScrollText, title: t("audit.none"), text: t("audit.noneText") }}
        filters={
          <>
            <SearchInput label={t("audit.action")} value={action} onSearch={(typed) => set({ action: typed })} />
            <Select aria-label={t("audit.service")} value={service} onChange={(event) => set({ service: event.target.value })}>
              <option value="">{t("audit.everyService")}</option>
              {SERVICES.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
            {actor && <Only text={t("audit.onlyBy", { who: shortened(actor) })} onRemove={() => set({ actor: null })} />}
            {object && <Only text={t("audit.onlyOn", { what: shortened(object) })} onRemove={() => set({ object: null })} />}
            {silent.length > 0 && (
              <p role="status" className="basis-full rounded-lg bg-warn-wash px-3 py-2 text-sm text-warn">
                {t("audit.silent", { services: silent.join(", ") })}
              </p>
            )}
          </>
        }
      >
        {(items) => <Entries items={items} />}
      </GrowingList>
    </Page>
  );
}

/** What other pages have narrowed the log to, until it is taken away. */
function Only({ text, onRemove }: { text: string; onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <Button aria-label={t("audit.notOnly", { what: text })} onClick={onRemove}>
      {text}
      <X />
    </Button>
  );
}

function Export({ wanted }: { wanted: AuditWanted }) {
  const { t } = useTranslation();
  const given = Object.entries(wanted).filter(([, value]) => value) as [string, string][];
  const save = useAct(() => download(`/api/audit.csv?${new URLSearchParams(given)}`, "kilowatch-audit.csv"));
  return (
    <Button busy={save.isPending} aria-label={t("action.downloadCsv")} onClick={() => save.mutate(undefined)}>
      <Download />
      {t("action.csv")}
    </Button>
  );
}

function Entries({ items }: { items: readonly Entry[] }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const nameOf = useActorName(items.flatMap(({ actor, object }) => [actor, object]));
  return (
    <Table label={t("audit.title")}>
      <thead>
        <tr>
          <Th>{t("audit.when")}</Th>
          <Th>{t("audit.what")}</Th>
          <Th className="max-sm:hidden">{t("audit.object")}</Th>
          <Th className="max-sm:hidden">{t("audit.who")}</Th>
          <Th className="max-sm:hidden">{t("audit.where")}</Th>
          <Th>{t("audit.detail")}</Th>
        </tr>
      </thead>
      <tbody>
        {items.map((entry) => (
          <Tr key={`${entry.service}-${entry.id}`}>
            <Td className="whitespace-nowrap text-soft">{moment(entry.at)}</Td>
            <Td className="sm:whitespace-nowrap">
              <Badge tone="info">{entry.action}</Badge>
              <p className="mt-1 text-xs wrap-anywhere sm:hidden">
                {nameOf(entry.actor)} <span className="text-soft">· {nameOf(entry.object)}</span>
              </p>
            </Td>
            <Td className="font-mono text-xs max-sm:hidden" title={entry.object}>
              {nameOf(entry.object)}
            </Td>
            <Td className="whitespace-nowrap max-sm:hidden" title={entry.actor}>
              {nameOf(entry.actor)}
            </Td>
            <Td className="text-soft max-sm:hidden">{entry.address}</Td>
            <Td className="max-w-xs font-mono text-xs break-words text-soft" title={detailOf(entry)}>
              <span className="line-clamp-2">{detailOf(entry)}</span>
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function detailOf({ detail }: Entry): string {
  const pairs = Object.entries(detail as Record<string, unknown>);
  return pairs.map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(", ");
}
