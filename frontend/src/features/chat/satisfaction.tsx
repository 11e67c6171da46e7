import { useTranslation } from "react-i18next";

import { Button } from "@/components/ui/button";
import { useRate } from "./api/use-rate";

const SCORES = [1, 2, 3, 4, 5] as const;

/** Asked once a conversation is over. */
export function Satisfaction({ conversation }: { conversation: string }) {
  const { t } = useTranslation();
  const rate = useRate(conversation);
  return (
    <fieldset className="border-t px-4 py-3 text-sm" disabled={rate.isPending}>
      <legend className="float-left mb-2 w-full">{t("chat.rate")}</legend>
      <div className="clear-both flex items-center gap-1.5">
        {SCORES.map((score) => (
          <Button key={score} size="iconSm" aria-label={t("chat.score", { score })} onClick={() => rate.mutate(score)}>
            {score}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
