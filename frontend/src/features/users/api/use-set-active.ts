import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useSetActive() {
  return useAct(
    ({ id, active }: { id: string; active: boolean }) =>
      data(
        api.POST(active ? "/api/users/{user_id}/reactivate" : "/api/users/{user_id}/deactivate", {
          params: { path: { user_id: id } },
        }),
      ),
    ["users"],
  );
}
