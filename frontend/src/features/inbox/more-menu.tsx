import { ArrowRightLeft, Braces, Ellipsis, FileText, Printer } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { download } from "@/api/client";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu";
import { browserZone } from "@/components/zone-options";
import { useAct } from "@/lib/use-act";
import { useMayChange } from "@/lib/use-session";
import type { Detail } from "./api/use-detail";
import { TransferDialog } from "./transfer-dialog";

const FORMATS = [
  { format: "text", ending: "txt", label: "inbox.transcriptText", icon: FileText },
  { format: "html", ending: "html", label: "inbox.transcriptHtml", icon: Printer },
  { format: "json", ending: "json", label: "inbox.transcriptJson", icon: Braces },
] as const;

export function MoreMenu({ conversation }: { conversation: Detail }) {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  const [transferring, setTransferring] = useState(false);
  const save = useAct(({ format, ending }: (typeof FORMATS)[number]) =>
    download(
      `/api/support/conversations/${conversation.id}/transcript?${new URLSearchParams({ format, zone: browserZone() })}`,
      `kilowatch-conversation.${ending}`,
    ),
  );
  return (
    <>
      <Menu
        trigger={
          <Button variant="ghost" size="iconSm" busy={save.isPending} aria-label={t("action.more")}>
            <Ellipsis />
          </Button>
        }
      >
        {mayChange && conversation.state === "assigned" && (
          <>
            <MenuItem icon={ArrowRightLeft} onSelect={() => setTransferring(true)}>
              {t("inbox.transfer")}
            </MenuItem>
            <MenuLine />
          </>
        )}
        {FORMATS.map((each) => (
          <MenuItem key={each.format} icon={each.icon} onSelect={() => save.mutate(each)}>
            {t(each.label)}
          </MenuItem>
        ))}
      </Menu>
      {transferring && <TransferDialog conversation={conversation} onClose={() => setTransferring(false)} />}
    </>
  );
}
