import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { cn } from "@/lib/cn";
import { useRate } from "./api/use-rate";

const SCORES = [1, 2, 3, 4, 5] as const;
/** Characters, as the server takes them. */
const LONGEST_COMMENT = 2_000;

/** Asked once a conversation is over; what was good or bad can be said with the score. */
export function Satisfaction({ conversation }: { conversation: string }) {
  const { t } = useTranslation();
  const rate = useRate(conversation);
  const [score, setScore] = useState<number | null>(null);
  return (
    <fieldset className="border-t px-4 py-3 text-sm" disabled={rate.isPending}>
      <legend className="float-left mb-2 w-full">{t("chat.rate")}</legend>
      <div className="clear-both flex items-center gap-1.5">
        {SCORES.map((each) => (
          <Button
            key={each}
            size="iconSm"
            aria-pressed={score === each}
            aria-label={t("chat.score", { score: each })}
            className={cn(score === each && "bg-accent-wash text-accent")}
            onClick={() => setScore(each)}
          >
            {each}
          </Button>
        ))}
      </div>
      {score !== null && <Comment busy={rate.isPending} onSend={(comment) => rate.mutate({ score, comment })} />}
    </fieldset>
  );
}

function Comment({ busy, onSend }: { busy: boolean; onSend: (comment: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  return (
    <div className="mt-2 grid gap-2">
      <Textarea
        aria-label={t("chat.comment")}
        placeholder={t("chat.comment")}
        maxLength={LONGEST_COMMENT}
        rows={2}
        className="min-h-0"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button variant="primary" size="sm" className="justify-self-end" busy={busy} onClick={() => onSend(text.trim())}>
        {t("chat.sendRating")}
      </Button>
    </div>
  );
}
