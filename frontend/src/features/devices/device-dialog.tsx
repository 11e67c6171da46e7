import { useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { ZoneOptions } from "@/components/zone-options";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Select, Textarea } from "@/components/ui/input";
import { useValidForm } from "@/lib/form";
import { useFormat } from "@/lib/use-format";
import type { Device } from "@/queries/use-devices";
import { useSites } from "@/queries/use-sites";
import { useSaveDevice } from "./api/use-save-device";
import { bodyOf, schema, valuesOf } from "./device-form";
import { MeteringFields } from "./metering-fields";
import { ParentField } from "./parent-field";

interface DeviceDialogProps {
  device: Device | null;
  onClose: () => void;
  onSaved: (device: Device) => void;
}

export function DeviceDialog({ device, onClose, onSaved }: DeviceDialogProps) {
  const { t } = useTranslation();
  const { typed } = useFormat();
  const save = useSaveDevice(device);
  const sites = useSites({ limit: 200 }).data?.items ?? (device?.site ? [device.site] : []);
  const { register, handleSubmit, formState, control, setValue } = useValidForm(schema, valuesOf(device, typed));
  const { errors } = formState;
  const site = Number(useWatch({ control, name: "site" })) || null;

  const submit = handleSubmit((values) =>
    save.mutate(bodyOf(values) as Parameters<typeof save.mutate>[0], {
      onSuccess: (saved) => {
        toast.success(t("state.saved"));
        onClose();
        onSaved(saved);
      },
    }),
  );

  return (
    <Dialog open onClose={onClose} title={device ? t("devices.editTitle", { name: device.name }) : t("devices.newTitle")}>
      <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 sm:grid-cols-2">
        <Field label={t("devices.name")} error={errors.name && t("error.required")} className="sm:col-span-2">
          {(wiring) => <Input autoFocus {...wiring} {...register("name")} />}
        </Field>
        <Field label={t("devices.kind")} className="sm:col-span-2">
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("kind")}>
              <option value="interval">{t("devices.interval")}</option>
              <option value="counter">{t("devices.counter")}</option>
              <option value="power">{t("devices.power")}</option>
            </Select>
          )}
        </Field>
        <Field label={t("devices.direction")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("direction")}>
              {(["consumption", "production", "export"] as const).map((value) => (
                <option key={value} value={value}>
                  {t(`direction.${value}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("devices.site")}>
          {(wiring) => (
            <Select
              key={sites.length}
              className="w-full"
              {...wiring}
              {...register("site", { onChange: () => setValue("parent", "") })}
            >
              <option value="">–</option>
              {sites.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <ParentField site={site} device={device} register={register("parent")} />
        <Field label={t("devices.timeZone")} className="sm:col-span-2">
          {(wiring) => (
            <Select className="w-full" {...wiring} {...register("time_zone")}>
              <ZoneOptions known={device?.time_zone} />
            </Select>
          )}
        </Field>
        <Field label={t("devices.limit")} error={errors.limit && t("error.positive")}>
          {(wiring) => <Input inputMode="decimal" {...wiring} {...register("limit")} />}
        </Field>
        <Field label={t("devices.serial")}>{(wiring) => <Input {...wiring} {...register("serial")} />}</Field>
        <Field label={t("devices.location")} className="sm:col-span-2">
          {(wiring) => <Input {...wiring} {...register("location")} />}
        </Field>
        <Field label={t("devices.description")} className="sm:col-span-2">
          {(wiring) => <Textarea {...wiring} {...register("description")} />}
        </Field>
        <MeteringFields device={device} register={register} control={control} errors={errors} />
        <label className="flex items-center gap-2 text-sm sm:col-span-2">
          <input type="checkbox" className="size-4 accent-accent" {...register("active")} />
          {t("devices.active")}
        </label>
        <div className="sm:col-span-2">
          <DialogActions>
            <Button onClick={onClose}>{t("action.cancel")}</Button>
            <Button type="submit" variant="primary" busy={save.isPending}>
              {device ? t("action.save") : t("action.create")}
            </Button>
          </DialogActions>
        </div>
      </form>
    </Dialog>
  );
}
