import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, type DefaultValues, type FieldValues } from "react-hook-form";
import * as z from "zod/mini";

// The small form of zod, because every visitor of the sign-in page carries it. Without this it would build functions
// out of text, which the content security policy forbids.
z.config({ jitless: true });

export { z };

export function useValidForm<Values extends FieldValues>(schema: z.ZodMiniType<Values, Values>, defaultValues: DefaultValues<Values>) {
  return useForm<Values>({ resolver: zodResolver(schema), defaultValues });
}
