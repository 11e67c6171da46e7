import { api } from "@/api/client";
import { end } from "@/api/session";

export async function signOut() {
  // The tab forgets at once. Where the server cannot be reached, its session runs out by itself.
  await api.POST("/api/auth/sign-out").catch(() => null);
  end();
}
