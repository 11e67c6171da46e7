import { Paperclip, X } from "lucide-react";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { ATTACHABLE, sorted } from "@/lib/attach";
import { Button } from "./ui/button";

interface AttachProps {
  files: readonly File[];
  onFiles: (files: File[]) => void;
}

export function AttachButton({ files, onFiles }: AttachProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const add = (chosen: readonly File[]) => {
    const { kept, refused } = sorted(files, chosen);
    onFiles(kept);
    if (refused.length > 0) toast.error(t("attach.refused", { names: refused.join(", ") }));
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ATTACHABLE}
        aria-label={t("attach.add")}
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <Button variant="ghost" size="icon" aria-label={t("attach.add")} onClick={() => input.current?.click()}>
        <Paperclip />
      </Button>
    </>
  );
}

/** What goes along with the next message. */
export function AttachedFiles({ files, onFiles }: AttachProps) {
  const { t } = useTranslation();
  if (files.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1.5" aria-label={t("attach.files")}>
      {files.map((file) => (
        <li key={`${file.name} ${file.lastModified}`} className="flex min-h-7 max-w-full items-center gap-1 rounded-md border bg-card pl-2 text-xs">
          <span className="truncate">{file.name}</span>
          <button
            type="button"
            aria-label={t("attach.remove", { name: file.name })}
            className="grid size-6 shrink-0 place-items-center text-soft hover:text-ink"
            onClick={() => onFiles(files.filter((each) => each !== file))}
          >
            <X className="size-3.5" aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
