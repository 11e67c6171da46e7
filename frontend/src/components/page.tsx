import { useEffect, type ReactNode } from "react";

interface PageProps {
  title: string;
  text?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** What every page has: its title, in the tab too, and what can be done on it. */
export function Page({ title, text, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Kilowatch`;
  }, [title]);
  return (
    <div className="mx-auto max-w-6xl px-4 py-5 sm:px-6 sm:py-7 lg:px-8">
      <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {text && <p className="mt-1 max-w-2xl text-sm text-soft">{text}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </div>
  );
}
