import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useSaveProfile() {
  return useAct((body: Schemas["ProfileBody"]) => data(api.PATCH("/api/users/me", { body })), ["profile"]);
}
