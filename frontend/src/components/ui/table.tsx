import type { ComponentProps, ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { cn } from "@/lib/cn";

/** Scrolls sideways on its own where the window is narrow; the page never does (`relative` keeps hidden words inside). */
export function Table({ label, children, className }: { label: string; children: ReactNode; className?: string }) {
  return (
    <div className={cn("relative overflow-x-auto", className)} role="region" aria-label={label} tabIndex={0}>
      <table className="w-full text-sm">{children}</table>
    </div>
  );
}

export function Th({ className, ...rest }: ComponentProps<"th">) {
  return (
    <th
      scope="col"
      className={cn("border-y bg-sunken/60 px-3 py-2 text-left text-xs font-medium whitespace-nowrap text-soft first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5", className)}
      {...rest}
    />
  );
}

/** Above what can be done with each row. */
export function ThMore() {
  const { t } = useTranslation();
  return (
    <Th>
      <span className="sr-only">{t("action.more")}</span>
    </Th>
  );
}

export function Td({ className, ...rest }: ComponentProps<"td">) {
  return (
    <td className={cn("border-b px-3 py-2.5 align-middle first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5", className)} {...rest} />
  );
}

export function Tr({ className, ...rest }: ComponentProps<"tr">) {
  return <tr className={cn("[tbody>&]:hover:bg-sunken/50 last:[&>td]:border-b-0", className)} {...rest} />;
}
