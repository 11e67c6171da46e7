import { useTranslation } from "react-i18next";

import { serverText, type Translate } from "@/i18n";

/** What the server says, which speaks English, in the language of the person. */
export function useServerText(): Translate {
  const { i18n } = useTranslation();
  return serverText(i18n.language);
}
