import { useTranslation } from "react-i18next";

import { useServerText } from "@/lib/use-server-text";
import type { DeadLetter } from "./api/use-dead-letters";

/** The broker has a word of its own for what failed too often; all others are said by the service. */
const TOO_OFTEN = "delivery_limit";

export function useReason() {
  const { t } = useTranslation();
  const told = useServerText();
  return ({ reason }: DeadLetter) => (reason === TOO_OFTEN ? t("deadLetters.tooOften") : told(reason));
}
