import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";
import type { User } from "@/queries/use-users";

/** Makes a new account, or changes `before`. */
export function useSaveUser(before: User | null) {
  return useAct((body: Schemas["NewUserBody"]) => {
    if (!before) return data(api.POST("/api/users", { body }));
    return data(
      api.PATCH("/api/users/{user_id}", { params: { path: { user_id: before.id } }, body: { ...body, version: before.version } }),
    );
  }, ["users"]);
}
