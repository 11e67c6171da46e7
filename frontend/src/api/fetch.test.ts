import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { authorisedFetch } from "./fetch";
import { refresh } from "./refresh";
import { begin, end, sessionStore } from "./session";

const signedIn = (accessToken: string) => ({ accessToken, userId: "u", role: "client" as const });
const answer = (token: string) => Response.json({ access_token: token, user_id: "u", role: "client" });
const asked = () => new Request("http://kilowatch.test/api/users/me");

/** A server that knows one access token, and gives `fresh` for the cookie. */
function server(valid: string, refreshed: () => Response | Promise<Response>) {
  return vi.fn(async (input: Request | string) => {
    if (typeof input === "string") return refreshed();
    const ok = input.headers.get("Authorization") === `Bearer ${valid}`;
    return new Response(null, { status: ok ? 200 : 401 });
  });
}

const refreshes = (fetched: ReturnType<typeof server>) => fetched.mock.calls.filter(([input]) => typeof input === "string").length;

describe("an access token that has run out", () => {
  beforeEach(() => begin(signedIn("old")));
  afterEach(() => vi.unstubAllGlobals());

  test("is replaced, and the request made again", async () => {
    vi.stubGlobal("fetch", server("new", () => answer("new")));
    expect((await authorisedFetch(asked())).status).toBe(200);
  });

  test("is replaced once, however many requests meet it", async () => {
    const fetched = server("new", () => answer("new"));
    vi.stubGlobal("fetch", fetched);
    const answers = await Promise.all(Array.from({ length: 20 }, () => authorisedFetch(asked())));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(refreshes(fetched)).toBe(1);
  });

  test("ends the session when the cookie is refused", async () => {
    vi.stubGlobal("fetch", server("new", () => new Response(null, { status: 401 })));
    expect((await authorisedFetch(asked())).status).toBe(401);
    expect(sessionStore.get().status).toBe("signed-out");
  });

  test("does not end the session when the server is away", async () => {
    vi.stubGlobal("fetch", server("new", () => Promise.reject(new TypeError("away"))));
    await authorisedFetch(asked());
    expect(sessionStore.get().status).toBe("signed-in");
  });

  test("is not asked for by who is signed out", async () => {
    end();
    const fetched = server("new", () => answer("new"));
    vi.stubGlobal("fetch", fetched);
    expect((await authorisedFetch(asked())).status).toBe(401);
    expect(refreshes(fetched)).toBe(0);
  });

  test("two who refresh at once share one request", async () => {
    const fetched = server("new", () => answer("new"));
    vi.stubGlobal("fetch", fetched);
    expect(await Promise.all([refresh(), refresh()])).toEqual([true, true]);
    expect(refreshes(fetched)).toBe(1);
  });
});
