import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import { Button } from "./button";

interface PagerProps {
  offset: number;
  size: number;
  total: number;
  /** So far is counted; a total above it may be any. */
  counted?: number;
  onOffset: (offset: number) => void;
}

export function Pager({ offset, size, total, counted = Infinity, onOffset }: PagerProps) {
  const { t } = useTranslation();
  if (total <= size && offset === 0) return null;
  return (
    <nav aria-label={t("usage.range")} className="flex items-center justify-end gap-2 border-t px-4 py-2.5 text-sm text-soft sm:px-5">
      <span className="mr-auto tabular-nums">
        {t("state.of", { from: Math.min(offset + 1, total), to: Math.min(offset + size, total), total: total > counted ? `${counted}+` : total })}
      </span>
      <Button size="iconSm" aria-label={t("action.previous")} disabled={offset === 0} onClick={() => onOffset(Math.max(0, offset - size))}>
        <ChevronLeft />
      </Button>
      <Button size="iconSm" aria-label={t("action.next")} disabled={offset + size >= total} onClick={() => onOffset(offset + size)}>
        <ChevronRight />
      </Button>
    </nav>
  );
}
