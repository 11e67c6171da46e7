import { Link } from "react-router";

import type { Message } from "@/queries/use-messages";

/** What an answer stands on, and where in the application it can be seen. */
export function Sources({ label, sources }: { label: string; sources: Message["sources"] }) {
  if (sources.length === 0) return null;
  return (
    <ul aria-label={label} className="flex flex-wrap gap-x-2 text-xs text-soft">
      <li aria-hidden>{label}</li>
      {sources.map(({ title, url }) => (
        <li key={title}>
          {url ? (
            <Link to={url} className="underline underline-offset-2 hover:text-ink">
              {title}
            </Link>
          ) : (
            title
          )}
        </li>
      ))}
    </ul>
  );
}
