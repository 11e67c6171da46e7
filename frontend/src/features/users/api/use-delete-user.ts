import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useDeleteUser() {
  return useAct(
    (id: string) => data(api.DELETE("/api/users/{user_id}", { params: { path: { user_id: id } } })),
    ["users", "devices"],
  );
}
