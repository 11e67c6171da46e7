import { useQuery } from "@tanstack/react-query";

import { userQuery } from "@/queries/use-users";

export const useUser = (id: string) => useQuery(userQuery(id));
