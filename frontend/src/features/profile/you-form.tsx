import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import type { Schemas } from "@/api/client";
import { ZoneOptions } from "@/components/zone-options";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input, Select } from "@/components/ui/input";
import { LANGUAGES } from "@/i18n";
import { useValidForm, z } from "@/lib/form";
import { useSaveProfile } from "@/queries/use-save-profile";

const schema = z.object({
  name: z.string().check(z.trim(), z.minLength(1)),
  language: z.string(),
  time_zone: z.string(),
  phone: z.string(),
  address: z.string(),
});

export function YouForm({ profile }: { profile: Schemas["ProfileAnswer"] }) {
  const { t } = useTranslation();
  const save = useSaveProfile();
  const { name, language, time_zone, phone, address } = profile;
  const { register, handleSubmit, formState } = useValidForm(schema, { name, language, time_zone, phone, address });
  const submit = handleSubmit((values) => save.mutate(values, { onSuccess: () => void toast.success(t("state.saved")) }));
  return (
    <Card>
      <CardHeader title={t("profile.you")}>{profile.email}</CardHeader>
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 px-4 pb-4 sm:grid-cols-2 sm:px-5">
        <Field label={t("users.name")} error={formState.errors.name && t("error.required")} className="sm:col-span-2">
          {(wiring) => <Input autoComplete="name" {...wiring} {...register("name")} />}
        </Field>
        <Field label={t("users.language")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("language")}>
              {LANGUAGES.map(({ code, name: own }) => (
                <option key={code} value={code} lang={code}>
                  {own}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("users.timeZone")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("time_zone")}>
              <ZoneOptions known={time_zone} />
            </Select>
          )}
        </Field>
        <Field label={t("users.phone")}>{(wiring) => <Input type="tel" autoComplete="tel" {...wiring} {...register("phone")} />}</Field>
        <Field label={t("users.address")}>
          {(wiring) => <Input autoComplete="street-address" {...wiring} {...register("address")} />}
        </Field>
        <div className="sm:col-span-2">
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
