import { begin, end, unreachable, type Role } from "./session";

interface SignedInAnswer {
  access_token: string;
  user_id: string;
  role: Role;
}

export function accept(answer: SignedInAnswer) {
  begin({ accessToken: answer.access_token, userId: answer.user_id, role: answer.role });
}

let underWay: Promise<boolean> | null = null;

/** A new access token by way of the cookie; true when there is one. However many ask at once, one request is made. */
export function refresh(): Promise<boolean> {
  underWay ??= oneTabAtATime(askForToken).finally(() => {
    underWay = null;
  });
  return underWay;
}

/** Two tabs that refresh in turn both get on; the server forgives a race for ten seconds where there are no locks. */
function oneTabAtATime(work: () => Promise<boolean>): Promise<boolean> {
  if (typeof navigator === "undefined" || !navigator.locks) return work();
  return navigator.locks.request("kilowatch.refresh", work);
}

async function askForToken(): Promise<boolean> {
  const response = await fetch("/api/auth/refresh", { method: "POST" }).catch(() => null);
  if (response?.ok) {
    accept((await response.json()) as SignedInAnswer);
    return true;
  }
  // Only an answer that says so ends the session: a server that is away does not.
  if (response?.status === 401) end();
  else unreachable();
  return false;
}
