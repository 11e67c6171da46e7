/** Who is signed in. The access token lives in this module's memory only; what survives a reload is the cookie. */

export type Role = "administrator" | "operator" | "client";

export interface SignedIn {
  readonly accessToken: string;
  readonly userId: string;
  readonly role: Role;
}

export type SessionState =
  | { readonly status: "starting" }
  | { readonly status: "signed-out" }
  | { readonly status: "unreachable" }
  | ({ readonly status: "signed-in" } & SignedIn);

let state: SessionState = { status: "starting" };
const listeners = new Set<() => void>();
const otherTabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("kilowatch.session");

otherTabs?.addEventListener("message", (event) => {
  if (event.data === "signed-out") set({ status: "signed-out" });
});

export const sessionStore = {
  get: (): SessionState => state,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function set(next: SessionState) {
  state = next;
  for (const listener of listeners) listener();
}

export function begin(signedIn: SignedIn) {
  set({ status: "signed-in", ...signedIn });
}

export function end() {
  set({ status: "signed-out" });
  otherTabs?.postMessage("signed-out");
}

export function unreachable() {
  if (state.status === "starting") set({ status: "unreachable" });
}

export function accessToken(): string | null {
  return state.status === "signed-in" ? state.accessToken : null;
}
