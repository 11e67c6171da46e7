import { ArrowLeft, Bot, CircleCheck, Hand, UserRound } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "react-router";

import { Button } from "@/components/ui/button";
import { useSearch } from "@/lib/use-search";
import { useMayChange } from "@/lib/use-session";
import type { useClaim } from "./api/use-claim";
import type { Detail } from "./api/use-detail";
import { useLetGo } from "./api/use-let-go";
import { MoreMenu } from "./more-menu";
import { StateBadge } from "./state-badge";

interface ConversationHeaderProps {
  conversation: Detail;
  claim: ReturnType<typeof useClaim>;
  onClaimed: () => void;
}

export function ConversationHeader({ conversation, claim, onClaimed }: ConversationHeaderProps) {
  const { t } = useTranslation();
  const { search } = useLocation();
  const [, set] = useSearch();
  return (
    <header className="flex flex-wrap items-center gap-2 border-b bg-card px-3 py-2.5">
      <Button asChild variant="ghost" size="iconSm" className="lg:hidden">
        <Link to={{ pathname: "/inbox", search }} aria-label={t("inbox.back")}>
          <ArrowLeft />
        </Link>
      </Button>
      {/* So wide at least: where there is no room beside it, what can be done stands below. */}
      <div className="min-w-0 flex-1 basis-48 sm:basis-64">
        <h2 className="truncate font-semibold">{conversation.client_name}</h2>
        <StateBadge conversation={conversation} />
      </div>
      <Button variant="ghost" size="iconSm" className="xl:hidden" aria-label={t("inbox.person")} onClick={() => set({ pane: "person" })}>
        <UserRound />
      </Button>
      {useMayChange() && <Actions conversation={conversation} claim={claim} onClaimed={onClaimed} />}
      <MoreMenu conversation={conversation} />
    </header>
  );
}

function Actions({ conversation, claim, onClaimed }: ConversationHeaderProps) {
  const { t } = useTranslation();
  const letGo = useLetGo(conversation.id);
  const busy = claim.isPending || letGo.isPending;
  return (
    <>
      {conversation.state === "waiting" && (
        <Button variant="primary" size="sm" busy={busy} onClick={() => claim.mutate(undefined, { onSuccess: onClaimed })}>
          <Hand />
          {t("inbox.claim")}
        </Button>
      )}
      {conversation.state === "assigned" && (
        <Button size="sm" busy={busy} onClick={() => letGo.mutate("release")}>
          <Bot />
          {t("inbox.release")}
        </Button>
      )}
      {conversation.state !== "resolved" && (
        <Button size="sm" busy={busy} onClick={() => letGo.mutate("resolve")}>
          <CircleCheck />
          {t("inbox.resolve")}
        </Button>
      )}
    </>
  );
}
