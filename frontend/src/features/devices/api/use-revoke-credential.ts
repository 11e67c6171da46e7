import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";

export function useRevokeCredential(device: number) {
  return useAct(
    (credential: string) =>
      data(
        api.DELETE("/api/devices/{device_id}/credentials/{credential_id}", {
          params: { path: { device_id: device, credential_id: credential } },
        }),
      ),
    ["devices"],
  );
}
