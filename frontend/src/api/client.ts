import createClient from "openapi-fetch";

import { saveFile } from "@/lib/save-file";
import { authorisedFetch } from "./fetch";
import { problemOf } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** Typed by the server's own description of itself. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: authorisedFetch });

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The data of an answer, or a `Problem`. */
export async function data<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data: found, error, response } = await answer;
  if (!response.ok) throw problemOf(response.status, error);
  return found as T;
}

export async function fetchFile(path: string): Promise<Blob> {
  const response = await authorisedFetch(new Request(new URL(path, window.location.origin)));
  if (!response.ok) throw problemOf(response.status, await response.json().catch(() => null));
  return response.blob();
}

/** A file that the server makes, into the person's downloads. */
export async function download(path: string, name: string): Promise<void> {
  saveFile(await fetchFile(path), name);
}
