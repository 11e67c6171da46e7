import { api, data } from "@/api/client";

/** Puts files into a conversation; a message that names their ids has to follow within a day. */
export async function upload(conversation_id: string, files: readonly File[]): Promise<string[]> {
  const kept = await Promise.all(files.map((file) => uploadOne(conversation_id, file)));
  return kept.map(({ id }) => id);
}

function uploadOne(conversation_id: string, file: File) {
  return data(
    api.POST("/api/support/conversations/{conversation_id}/attachments", {
      params: { path: { conversation_id }, query: { name: file.name } },
      // The file is the body as it is; of a body that is no JSON the types know nothing.
      body: file as never,
      bodySerializer: (body) => body as never,
      headers: { "Content-Type": "application/octet-stream" },
    }),
  );
}
