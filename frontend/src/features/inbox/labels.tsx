import { X } from "lucide-react";
import { useId, useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { Badge } from "@/components/ui/badge";
import { Input } from "@/components/ui/input";
import { useMayChange } from "@/lib/use-session";
import { useUndoable } from "@/lib/use-undoable";
import type { Detail } from "./api/use-detail";
import { saveLabels, TOUCHED_BY_LABELS, useLabels, useSetLabels } from "./api/use-labels";

export function Labels({ conversation }: { conversation: Detail }) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const set = useSetLabels(conversation.id);
  const { labels } = conversation;
  const tell = useUndoable(TOUCHED_BY_LABELS);
  const remove = (label: string) =>
    set.mutate(
      labels.filter((each) => each !== label),
      { onSuccess: () => tell(t("inbox.labelRemoved", { label }), () => saveLabels(conversation.id, labels)) },
    );
  return (
    <div>
      <h3 className="mb-2 text-sm font-medium">{t("inbox.labels")}</h3>
      {labels.length === 0 && !mayChange && <p className="text-sm text-soft">{t("inbox.noLabels")}</p>}
      <ul className="mb-2 flex flex-wrap gap-1.5">
        {labels.map((label) => (
          <li key={label}>
            <Badge>
              {label}
              {mayChange && (
                <button
                  type="button"
                  aria-label={t("inbox.removeLabel", { label })}
                  className="-mr-0.5 grid size-6 place-items-center rounded hover:text-ink"
                  onClick={() => remove(label)}
                >
                  <X className="size-3" />
                </button>
              )}
            </Badge>
          </li>
        ))}
      </ul>
      {mayChange && <AddLabel onAdd={(label) => set.mutate([...labels, label])} />}
    </div>
  );
}

/** Suggests those that are in use, so that one thing does not get two names. */
function AddLabel({ onAdd }: { onAdd: (label: string) => void }) {
  const { t } = useTranslation();
  const inUse = useLabels();
  const list = useId();
  const [text, setText] = useState("");
  const add = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    onAdd(text.trim());
    setText("");
  };
  return (
    <form onSubmit={add}>
      <Input aria-label={t("inbox.addLabel")} placeholder={t("inbox.addLabel")} list={list} maxLength={40} value={text} onChange={(event) => setText(event.target.value)} />
      <datalist id={list}>
        {inUse.data?.map((label) => (
          <option key={label} value={label} />
        ))}
      </datalist>
    </form>
  );
}
