import { cva, type VariantProps } from "class-variance-authority";
import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";

import { cn } from "@/lib/cn";

const buttonClass = cva(
  "inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium whitespace-nowrap transition-colors disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "bg-accent text-accent-ink hover:bg-accent/90",
        secondary: "border bg-card hover:bg-sunken",
        ghost: "text-soft hover:bg-sunken hover:text-ink",
        danger: "bg-bad text-card hover:bg-bad/90",
      },
      size: { md: "h-9 px-3.5 text-sm", sm: "h-8 px-2.5 text-[0.8125rem]", icon: "size-9", iconSm: "size-8" },
    },
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

type ButtonProps = ComponentProps<"button"> & VariantProps<typeof buttonClass> & { asChild?: boolean; busy?: boolean };

export function Button({ className, variant, size, asChild, busy, children, type = "button", ...rest }: ButtonProps) {
  const classes = cn(buttonClass({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button type={type} className={classes} {...rest} disabled={busy || rest.disabled} aria-busy={busy || undefined}>
      {busy && <LoaderCircle className="animate-spin" aria-hidden />}
      {children}
    </button>
  );
}
