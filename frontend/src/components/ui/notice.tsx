import { CircleAlert, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { cn } from "@/lib/cn";
import { useProblemText } from "@/lib/use-problem-text";
import { Button } from "./button";

interface NoticeProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
  /** It is all that there is: its title is that of the page. */
  isPage?: boolean;
}

/** In place of content: what the matter is, and what to do next. */
export function Notice({ icon: Icon, title, children, action, className, isPage = false }: NoticeProps) {
  const Title = isPage ? "h1" : "p";
  return (
    <div className={cn("flex flex-col items-center justify-center px-6 py-12 text-center", className)}>
      <span className="mb-3 grid size-11 place-items-center rounded-full bg-sunken text-soft">
        <Icon className="size-5" aria-hidden />
      </span>
      <Title className="font-medium">{title}</Title>
      {children && <div className="mt-1 max-w-md text-sm text-balance text-soft">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}

export function LoadFailed({ error, retry, className }: { error: unknown; retry: () => void; className?: string }) {
  const { t } = useTranslation();
  const text = useProblemText()(error);
  return (
    <div role="alert">
      <Notice
        icon={CircleAlert}
        title={t("state.loadFailed")}
        className={className}
        action={<Button onClick={retry}>{t("action.retry")}</Button>}
      >
        {text}
      </Notice>
    </div>
  );
}
