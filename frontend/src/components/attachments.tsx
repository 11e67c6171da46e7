import { useQuery } from "@tanstack/react-query";
import { FileText, ImageOff } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

import { download, fetchFile, type Schemas } from "@/api/client";
import { useAct } from "@/lib/use-act";
import { useFormat } from "@/lib/use-format";
import { Skeleton } from "./ui/skeleton";

type Attachment = Schemas["Attachment"];

/** The files of a message: images are shown, and everything can be kept. */
export function Attachments({ conversation, files }: { conversation: string; files: readonly Attachment[] }) {
  if (files.length === 0) return null;
  return (
    <ul className="flex max-w-[85%] flex-wrap gap-2">
      {files.map((file) => (
        <li key={file.id} className="max-w-full">
          <OneFile file={file} path={`/api/support/conversations/${conversation}/attachments/${file.id}`} />
        </li>
      ))}
    </ul>
  );
}

function OneFile({ file, path }: { file: Attachment; path: string }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const save = useAct(() => download(path, file.name));
  const size = t("attach.size", { size: number(Math.ceil(file.size / 1024)) });
  return (
    <button
      type="button"
      onClick={() => save.mutate(undefined)}
      className="block max-w-full rounded-lg border bg-card p-1 text-left text-xs hover:border-strong-line"
    >
      {file.content_type.startsWith("image/") && <Picture path={path} />}
      <span className="flex items-center gap-1.5 px-1.5 py-1">
        <FileText className="size-4 shrink-0 text-soft" aria-hidden />
        <span className="truncate">
          <span className="sr-only">{t("action.download")}: </span>
          {file.name}
        </span>
        <span className="whitespace-nowrap text-soft">{size}</span>
      </span>
    </button>
  );
}

/** Asked for with the person's token, which an address in an <img> could not carry. Its name stands below. */
function Picture({ path }: { path: string }) {
  const { data: blob, isError } = useQuery({ queryKey: ["file", path], queryFn: () => fetchFile(path), staleTime: Infinity });
  const show = useCallback(
    (image: HTMLImageElement | null) => {
      if (!image || !blob) return;
      const url = URL.createObjectURL(blob);
      image.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [blob],
  );
  if (isError) return <ImageOff className="m-4 size-6 text-soft" aria-hidden />;
  if (!blob) return <Skeleton className="h-32 w-44" />;
  return <img ref={show} alt="" className="max-h-48 min-h-8 max-w-full rounded-md object-contain" />;
}
