import { RotateCw, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Bubble } from "@/components/bubble";
import { Button } from "@/components/ui/button";
import type { Draft } from "./api/use-send";

/** A message that is on its way, or did not get through. */
export interface Unsent {
  draft: Draft;
  failed: boolean;
  tryAgain: () => void;
  discard: () => void;
}

export function UnsentBubble({ unsent: { draft, failed, tryAgain, discard } }: { unsent: Unsent }) {
  const { t } = useTranslation();
  return (
    <div className="grid justify-items-end gap-1">
      <Bubble of="mine" faded={!failed}>
        {[draft.text, ...draft.files.map(({ name }) => name)].filter(Boolean).join("\n")}
      </Bubble>
      {failed && (
        <div role="alert" className="flex items-center gap-1.5 text-xs text-bad">
          {t("chat.notSent")}
          <Button size="sm" onClick={tryAgain}>
            <RotateCw />
            {t("action.retry")}
          </Button>
          <Button variant="ghost" size="iconSm" aria-label={t("chat.discard")} onClick={discard}>
            <Trash2 />
          </Button>
        </div>
      )}
    </div>
  );
}
