import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";

const KEY = "kilowatch.theme";
const prefersDark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function chosen(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "dark" ? kept : "system";
}

function isDark(): boolean {
  return chosen() === "dark" || (chosen() === "system" && prefersDark.matches);
}

function apply() {
  document.documentElement.classList.toggle("dark", isDark());
  for (const listener of listeners) listener();
}

prefersDark.addEventListener("change", apply);

export function chooseTheme(theme: Theme) {
  localStorage.setItem(KEY, theme);
  apply();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useTheme = () => useSyncExternalStore(subscribe, chosen);
export const useIsDark = () => useSyncExternalStore(subscribe, isDark);
