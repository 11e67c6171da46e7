import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, type DefaultValues, type FieldValues } from "react-hook-form";
import { z } from "zod";

// Without this zod builds functions out of text, which the content security policy forbids.
z.config({ jitless: true });

export { z };

export function useValidForm<Values extends FieldValues>(schema: z.ZodType<Values, Values>, defaultValues: DefaultValues<Values>) {
  return useForm<Values>({ resolver: zodResolver(schema), defaultValues });
}
