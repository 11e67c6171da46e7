import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Logo } from "@/components/logo";
import { Select } from "@/components/ui/input";
import { choose, known, LANGUAGES } from "@/i18n";

interface FrontDoorProps {
  title: string;
  text?: string;
  children: ReactNode;
  below?: ReactNode;
}

/** The frame of the pages that are there before anybody is known. */
export function FrontDoor({ title, text, children, below }: FrontDoorProps) {
  const { t, i18n } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Kilowatch`;
  }, [title]);
  return (
    <div className="flex min-h-screen flex-col">
      <header className="flex items-center justify-between px-5 py-4 sm:px-8">
        <span className="flex items-center gap-2.5">
          <Logo className="size-8" />
          <span className="text-lg font-semibold tracking-tight">Kilowatch</span>
        </span>
        <Select
          aria-label={t("app.language")}
          value={i18n.language}
          onChange={(event) => void choose(known(event.target.value) ?? "en")}
        >
          {LANGUAGES.map(({ code, name }) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </Select>
      </header>
      {/* From the top: what comes below it later, such as the demo accounts, moves nothing. */}
      <main className="mx-auto grid w-full max-w-md flex-1 content-start gap-4 px-4 pt-2 pb-16 sm:pt-[6vh]">
        <div className="rounded-2xl border bg-card p-6 shadow-sm sm:p-7">
          <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
          {text && <p className="mt-1 text-sm text-soft">{text}</p>}
          <div className="mt-5">{children}</div>
        </div>
        {below}
      </main>
    </div>
  );
}
