import { Button } from "./button";

interface MoreButtonProps {
  /** A list that is asked for page by page. */
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  text: string;
}

/** The foot of a list that goes on. */
export function MoreButton({ of, text }: MoreButtonProps) {
  if (!of.hasNextPage) return null;
  return (
    <div className="border-t p-3 text-center">
      <Button busy={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        {text}
      </Button>
    </div>
  );
}
