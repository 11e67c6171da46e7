import { LogOut, Menu as MenuIcon, Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useLocation } from "react-router";

import { ChatLauncher } from "@/features/chat";
import { NotificationBell } from "@/features/notifications";
import { Logo } from "@/components/logo";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useProfile } from "@/queries/use-profile";
import { patiently } from "@/lib/patiently";
import { signOut } from "@/lib/sign-out";
import { cn } from "@/lib/cn";
import { useRole } from "@/lib/use-session";
import { DemoHistory } from "./demo-history";
import { groupsFor, PROFILE } from "./navigation";
import { NavGroups, NavLinks } from "./nav-links";
import { useOwnLanguage } from "./use-own-language";
import { useRealtime } from "./use-realtime";

const Palette = lazy(() => patiently(() => import("./palette")));

/** Around every page of who is signed in: where one can go, and who one is. */
export function Shell() {
  const { t } = useTranslation();
  useOwnLanguage();
  useRealtime();
  const palette = usePalette();
  const isClient = useRole() === "client";
  return (
    <div className="min-h-screen lg:grid lg:grid-cols-[15rem_1fr]">
      <a
        href="#content"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-lg bg-accent px-3 py-2 text-accent-ink focus:translate-y-0"
      >
        {t("app.skip")}
      </a>
      <Sidebar openPalette={palette.show} />
      <TopBar openPalette={palette.show} />
      {/* What is at the end of a page can be scrolled out from under the chat. */}
      <main id="content" tabIndex={-1} className={cn("min-w-0 outline-none", isClient && "pb-16")}>
        <DemoHistory />
        <Outlet />
      </main>
      {isClient && <ChatLauncher />}
      <Suspense>{palette.open && <Palette onClose={palette.hide} />}</Suspense>
    </div>
  );
}

function Sidebar({ openPalette }: { openPalette: () => void }) {
  const { t } = useTranslation();
  return (
    <aside className="sticky top-0 hidden h-screen flex-col gap-1 border-r bg-card px-3 py-4 lg:flex">
      <div className="mb-3 flex items-center gap-2.5 pl-2">
        <Logo className="size-7" />
        <span className="mr-auto text-[1.0625rem] font-semibold tracking-tight">Kilowatch</span>
        <NotificationBell />
      </div>
      <button
        type="button"
        onClick={openPalette}
        className="mb-3 flex h-9 items-center gap-2 rounded-lg border bg-paper px-2.5 text-sm text-soft hover:text-ink"
      >
        <Search className="size-4" aria-hidden />
        {t("app.search")}
        <kbd className="ml-auto rounded border bg-card px-1.5 font-sans text-[0.6875rem]">Ctrl K</kbd>
      </button>
      <nav ref={inSight} aria-label={t("app.menu")} className="-mx-3 min-h-0 flex-1 overflow-y-auto px-3 pb-2">
        <NavGroups groups={groupsFor(useRole())} />
      </nav>
      <div className=" grid gap-0.5 border-t pt-3">
        <WhoIAm />
        <NavLinks places={[PROFILE]} />
        <SignOut />
      </div>
    </aside>
  );
}

/** Where one is may be far down in the menu. */
function inSight(menu: HTMLElement | null) {
  menu?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
}

function TopBar({ openPalette }: { openPalette: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [openAt, setOpenAt] = useState<string | null>(null);
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-2.5 border-b bg-card/95 px-4 backdrop-blur lg:hidden">
      <Logo className="size-7" />
      <span className="font-semibold tracking-tight">Kilowatch</span>
      <Button variant="ghost" size="icon" className="ml-auto" aria-label={t("app.search")} onClick={openPalette}>
        <Search />
      </Button>
      <NotificationBell />
      <Button variant="ghost" size="icon" aria-label={t("app.menu")} onClick={() => setOpenAt(pathname)}>
        <MenuIcon />
      </Button>
      {/* Open for one page: gone with the click that leaves it. */}
      <Dialog open={openAt === pathname} onClose={() => setOpenAt(null)} title={t("app.menu")}>
        <nav aria-label={t("app.menu")} className="grid gap-1">
          <NavGroups groups={groupsFor(useRole())} />
          <div className="mt-2 grid gap-0.5 border-t pt-2">
            <NavLinks places={[PROFILE]} />
            <SignOut />
          </div>
        </nav>
      </Dialog>
    </header>
  );
}

function WhoIAm() {
  const profile = useProfile();
  return (
    <div className="min-h-11 px-2.5 pb-1.5 text-sm">
      <p className="truncate font-medium">{profile.data?.name}</p>
      <p className="truncate text-xs text-soft">{profile.data?.email}</p>
    </div>
  );
}

function SignOut() {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      onClick={() => void signOut()}
      className="flex h-9 items-center gap-2.5 rounded-lg px-2.5 text-sm text-soft hover:bg-sunken hover:text-ink"
    >
      <LogOut className="size-4" aria-hidden />
      {t("nav.signOut")}
    </button>
  );
}

function usePalette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  return { open, show: () => setOpen(true), hide: () => setOpen(false) };
}
