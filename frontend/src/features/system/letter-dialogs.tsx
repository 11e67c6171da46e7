import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Confirm } from "@/components/ui/confirm";
import { Dialog } from "@/components/ui/dialog";
import { Fact, Facts } from "@/components/ui/facts";
import { useFormat } from "@/lib/use-format";
import { useDiscard, type DeadLetter } from "./api/use-dead-letters";
import { useReason } from "./use-reason";

/** Everything that is known of one, and what it says. */
export function LetterDialog({ letter, onClose }: { letter: DeadLetter; onClose: () => void }) {
  const { t } = useTranslation();
  const { moment, number } = useFormat();
  const reason = useReason();
  return (
    <Dialog open onClose={onClose} title={letter.routing_key} description={reason(letter)} className="max-w-2xl">
      <Facts className="px-0 sm:px-0">
        <Fact label={t("system.queue")}>{letter.queue}</Fact>
        <Fact label={t("deadLetters.at")}>{moment(letter.at)}</Fact>
        <Fact label={t("deadLetters.message")}>{letter.message_id}</Fact>
        {letter.correlation_id && <Fact label={t("deadLetters.correlation")}>{letter.correlation_id}</Fact>}
        <Fact label={t("deadLetters.size")}>
          {t("deadLetters.bytes", { size: number(letter.size) })}, {letter.content_type}
        </Fact>
      </Facts>
      {letter.text === null ? (
        <p className="text-sm text-soft">{t("deadLetters.noText")}</p>
      ) : (
        <pre
          tabIndex={0}
          aria-label={t("deadLetters.body")}
          className="max-h-72 overflow-auto rounded-lg border bg-sunken p-3 font-mono text-xs break-all whitespace-pre-wrap"
        >
          {indented(letter.text)}
        </pre>
      )}
    </Dialog>
  );
}

/** What is whole JSON is easier to read on many lines. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function DiscardLetter({ letter, onClose }: { letter: DeadLetter; onClose: () => void }) {
  const { t } = useTranslation();
  const discard = useDiscard();
  const done = () => {
    toast.success(t("deadLetters.discarded"));
    onClose();
  };
  return (
    <Confirm
      open
      title={t("deadLetters.discardTitle", { about: letter.routing_key })}
      text={t("deadLetters.discardText")}
      action={t("deadLetters.discard")}
      busy={discard.isPending}
      onConfirm={() => discard.mutate(letter, { onSuccess: done })}
      onCancel={onClose}
    />
  );
}
