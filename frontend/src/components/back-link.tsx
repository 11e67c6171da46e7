import { ArrowLeft } from "lucide-react";
import { Link } from "react-router";

/** Under the title of a page: to the list that it is one of. */
export function BackLink({ to, text }: { to: string; text: string }) {
  return (
    <Link to={to} className="inline-flex items-center gap-1 hover:text-ink">
      <ArrowLeft className="size-3.5" aria-hidden />
      {text}
    </Link>
  );
}
