import { useMutation } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { useAct } from "@/lib/use-act";
import { readReport, type Outcome } from "../import-report";

/** Tells what would become of each line, and changes nothing. */
export function useRehearsal() {
  return useMutation({ mutationFn: (table: Blob) => send(table, { dry_run: true }) });
}

interface Table {
  table: Blob;
  /** A credential for each new device. */
  credentials: boolean;
}

export function useImportDevices() {
  return useAct(({ table, credentials }: Table) => send(table, { credentials }), ["devices"]);
}

async function send(table: Blob, query: { dry_run?: boolean; credentials?: boolean }): Promise<Outcome[]> {
  const answer = api.POST("/api/devices/import", {
    params: { query },
    // The file is the body as it is; of a body that is no JSON the types know nothing.
    body: table as never,
    bodySerializer: (body) => body as never,
    headers: { "Content-Type": "text/csv", Accept: "application/x-ndjson" },
    parseAs: "text",
  });
  return readReport((await data(answer)) as string);
}
