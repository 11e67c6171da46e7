import { useMutation } from "@tanstack/react-query";

import { api, data } from "@/api/client";
import { accept } from "@/api/refresh";

export interface Credentials {
  email: string;
  password: string;
  code?: string;
}

/** Signs in, or tells that the code of the second factor is needed too. */
export function useSignIn() {
  return useMutation({
    mutationFn: async (typed: Credentials) => {
      const answer = await data(api.POST("/api/auth/sign-in", { body: typed }));
      if (!("access_token" in answer)) return "second factor" as const;
      accept(answer);
      return "signed in" as const;
    },
  });
}
