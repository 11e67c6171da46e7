import type { UseQueryResult } from "@tanstack/react-query";

import type { Device } from "@/queries/use-devices";
import { useSeenDevice } from "@/queries/use-seen-device";

/** For pages that only staff open: they see all of it. */
export function useDevice(id: number) {
  return useSeenDevice(id) as UseQueryResult<Device>;
}
