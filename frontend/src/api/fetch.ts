import { refresh } from "./refresh";
import { accessToken } from "./session";

/** `fetch` in the name of who is signed in; an access token that has run out is replaced, once, on the way. */
export async function authorisedFetch(request: Request): Promise<Response> {
  const again = request.clone();
  const used = accessToken();
  const response = await fetch(authorised(request, used));
  if (response.status !== 401 || used === null) return response;
  const replacedMeanwhile = accessToken() !== used && accessToken() !== null;
  if (replacedMeanwhile || (await refresh())) return fetch(authorised(again, accessToken()));
  return response;
}

function authorised(request: Request, token: string | null): Request {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}
