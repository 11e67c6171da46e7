import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";

export type Credential = Schemas["CredentialAnswer"];

/** Who sends with a credential. */
export interface Holder {
  kind: "devices" | "gateways";
  id: number;
}

export function useCredentials({ kind, id }: Holder) {
  return useQuery({
    queryKey: [kind, "credentials", id],
    queryFn: () =>
      data(
        kind === "devices"
          ? api.GET("/api/devices/{device_id}/credentials", { params: { path: { device_id: id } } })
          : api.GET("/api/gateways/{gateway_id}/credentials", { params: { path: { gateway_id: id } } }),
      ),
  });
}

/** One more; those there are stay good. */
export function useIssueCredential({ kind, id }: Holder) {
  return useAct(
    () =>
      data(
        kind === "devices"
          ? api.POST("/api/devices/{device_id}/credentials", { params: { path: { device_id: id } } })
          : api.POST("/api/gateways/{gateway_id}/credentials", { params: { path: { gateway_id: id } } }),
      ),
    [kind],
  );
}

/** A new one; those there are end after `overlap_s`. */
export function useRotateCredentials({ kind, id }: Holder) {
  return useAct(
    (body: Schemas["RotationBody"]) =>
      data(
        kind === "devices"
          ? api.POST("/api/devices/{device_id}/credentials/rotate", { params: { path: { device_id: id } }, body })
          : api.POST("/api/gateways/{gateway_id}/credentials/rotate", { params: { path: { gateway_id: id } }, body }),
      ),
    [kind],
  );
}

export function useRevokeCredential({ kind, id }: Holder) {
  return useAct(
    (credential_id: string) =>
      data(
        kind === "devices"
          ? api.DELETE("/api/devices/{device_id}/credentials/{credential_id}", { params: { path: { device_id: id, credential_id } } })
          : api.DELETE("/api/gateways/{gateway_id}/credentials/{credential_id}", { params: { path: { gateway_id: id, credential_id } } }),
      ),
    [kind],
  );
}
