import { ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import { useAbout, type DemoAccount } from "@/queries/use-about";

interface DemoAccountsProps {
  /** Those that were not let in as they were told, the last at the end. */
  gone: readonly string[];
  onPick: (account: { email: string; password: string }) => void;
}

export function DemoAccounts({ gone, onPick }: DemoAccountsProps) {
  const { t } = useTranslation();
  const accounts = useAbout().data?.demo_accounts ?? [];
  const last = gone.at(-1);
  if (accounts.length === 0) return null;
  return (
    <section aria-labelledby="demo-accounts" className="rounded-2xl border bg-card p-2">
      <h2 id="demo-accounts" className="px-4 pt-3 text-sm font-semibold">
        {t("signIn.demo")}
      </h2>
      <p className="px-4 pb-2 text-sm text-soft">{t("signIn.demoHint")}</p>
      <p role="status" className="mx-2 rounded-lg bg-warn-wash px-3 py-2 text-sm wrap-anywhere text-warn empty:hidden">
        {last && t("signIn.demoGone", { email: last })}
      </p>
      <ul>
        {accounts.filter(({ email }) => !gone.includes(email)).map((account) => (
          <li key={account.email}>
            <Account account={account} onPick={() => onPick({ email: account.email, password: account.password })} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Account({ account, onPick }: { account: DemoAccount; onPick: () => void }) {
  const { t } = useTranslation();
  const role = t(`role.${account.role}`);
  return (
    <button type="button" onClick={onPick} className="flex w-full items-center gap-3 rounded-xl px-4 py-2 text-left hover:bg-sunken">
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{account.email}</span>
        <span className="block truncate text-xs text-soft">{account.site ? `${role} · ${account.site}` : role}</span>
      </span>
      <ChevronRight className="size-4 text-soft" aria-hidden />
    </button>
  );
}
