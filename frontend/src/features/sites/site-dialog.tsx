import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { browserZone, ZoneOptions } from "@/components/zone-options";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Select, Textarea } from "@/components/ui/input";
import { useValidForm, z } from "@/lib/form";
import type { Site } from "@/queries/use-sites";
import { useSaveSite } from "./api/use-change-site";

const schema = z.object({
  name: z.string().check(z.trim(), z.minLength(1)),
  address: z.string(),
  time_zone: z.string(),
  description: z.string(),
});

interface SiteDialogProps {
  site: Site | null;
  onClose: () => void;
  onSaved: (site: Site) => void;
}

export function SiteDialog({ site, onClose, onSaved }: SiteDialogProps) {
  const { t } = useTranslation();
  const save = useSaveSite(site);
  const { register, handleSubmit, formState } = useValidForm(schema, {
    name: site?.name ?? "",
    address: site?.address ?? "",
    time_zone: site?.time_zone ?? browserZone(),
    description: site?.description ?? "",
  });

  const submit = handleSubmit((values) =>
    save.mutate(values, {
      onSuccess: (saved) => {
        toast.success(t("state.saved"));
        onClose();
        onSaved(saved);
      },
    }),
  );

  return (
    <Dialog open onClose={onClose} title={site ? t("sites.editTitle", { name: site.name }) : t("sites.new")}>
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4">
        <Field label={t("sites.name")} error={formState.errors.name && t("error.required")}>
          {(wiring) => <Input autoFocus autoComplete="off" {...wiring} {...register("name")} />}
        </Field>
        <Field label={t("sites.address")}>{(wiring) => <Input autoComplete="off" {...wiring} {...register("address")} />}</Field>
        <Field label={t("devices.timeZone")} hint={t("sites.zoneHint")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("time_zone")}>
              <ZoneOptions known={site?.time_zone} />
            </Select>
          )}
        </Field>
        <Field label={t("devices.description")}>{(wiring) => <Textarea {...wiring} {...register("description")} />}</Field>
        <DialogActions>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {site ? t("action.save") : t("action.create")}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
