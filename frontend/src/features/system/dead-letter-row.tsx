import { Ellipsis, FileSearch, RotateCw, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuLine } from "@/components/ui/menu";
import { Td, Tr } from "@/components/ui/table";
import { useFormat } from "@/lib/use-format";
import { useReplay, type DeadLetter } from "./api/use-dead-letters";
import type { Doing } from "./dead-letters-page";
import { useReason } from "./use-reason";

export function DeadLetterRow({ letter, onDo }: { letter: DeadLetter; onDo: (doing: Doing) => void }) {
  const { moment } = useFormat();
  const reason = useReason();
  return (
    <Tr>
      <Td className="whitespace-nowrap text-soft">{moment(letter.at)}</Td>
      <Td className="font-mono text-xs whitespace-nowrap">{letter.queue}</Td>
      <Td className="font-mono text-xs whitespace-nowrap">{letter.routing_key}</Td>
      <Td className="max-w-md min-w-48 wrap-break-word">{reason(letter)}</Td>
      <Td className="text-right whitespace-nowrap">
        <Actions letter={letter} onDo={onDo} />
      </Td>
    </Tr>
  );
}

function Actions({ letter, onDo }: { letter: DeadLetter; onDo: (doing: Doing) => void }) {
  const { t } = useTranslation();
  const replay = useReplay();
  const done = () => void toast.success(t("deadLetters.replayed"));
  return (
    <span className="inline-flex gap-1">
      <Button size="sm" busy={replay.isPending} onClick={() => replay.mutate(letter, { onSuccess: done })}>
        <RotateCw />
        {t("deadLetters.replay")}
      </Button>
      <Menu
        trigger={
          <Button variant="ghost" size="iconSm" aria-label={`${t("action.more")}: ${letter.routing_key}`}>
            <Ellipsis />
          </Button>
        }
      >
        <MenuItem icon={FileSearch} onSelect={() => onDo({ what: "show", letter })}>
          {t("deadLetters.show")}
        </MenuItem>
        <MenuLine />
        <MenuItem icon={Trash2} danger onSelect={() => onDo({ what: "discard", letter })}>
          {t("deadLetters.discard")}
        </MenuItem>
      </Menu>
    </span>
  );
}
