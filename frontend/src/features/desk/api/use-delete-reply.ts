import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useDeleteReply() {
  return useAct(
    (reply_id: string) => data(api.DELETE("/api/support/canned-replies/{reply_id}", { params: { path: { reply_id } } })),
    ["canned-replies"],
  );
}
