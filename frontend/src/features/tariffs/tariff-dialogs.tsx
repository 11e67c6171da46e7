import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Dialog } from "@/components/ui/dialog";
import { browserZone } from "@/components/zone-options";
import { todayIn } from "@/lib/dates";
import { useFormat } from "@/lib/use-format";
import { useCreateTariff, useReplaceTariff } from "./api/use-change-tariff";
import type { Tariff, Terms } from "./api/use-tariffs";
import { newRate, termsBodyOf, valuesOf, type TariffValues } from "./tariff-form";
import { HeadFields, TariffForm, TermsFields } from "./tariff-fields";
import { withTerms } from "./terms";

const WIDE = "max-w-2xl";

interface NewTariffDialogProps {
  onClose: () => void;
  onCreated: (tariff: Tariff) => void;
}

export function NewTariffDialog({ onClose, onCreated }: NewTariffDialogProps) {
  const { t } = useTranslation();
  const create = useCreateTariff();
  const values: TariffValues = {
    name: "",
    currency: "RON",
    valid_from: todayIn(browserZone()),
    standing: "0",
    rates: [newRate(t("tariffs.rateName"))],
    feed_in: [],
  };
  const submit = (filled: TariffValues) =>
    create.mutate({ name: filled.name, currency: filled.currency, versions: [termsBodyOf(filled)] }, { onSuccess: onCreated });
  return (
    <Dialog open onClose={onClose} title={t("tariffs.new")} description={t("tariffs.newText")} className={WIDE}>
      <TariffForm values={values} action={t("action.create")} busy={create.isPending} onSubmit={submit} onCancel={onClose}>
        <HeadFields />
        <TermsFields />
      </TariffForm>
    </Dialog>
  );
}

export function RenameTariffDialog({ tariff, onClose }: { tariff: Tariff; onClose: () => void }) {
  const { t } = useTranslation();
  const { typed } = useFormat();
  const { replace, done } = useReplacing(tariff, onClose);
  const { name, currency, versions } = tariff.tariff;
  const submit = (filled: TariffValues) =>
    replace.mutate({ name: filled.name, currency: filled.currency, versions }, { onSuccess: done });
  return (
    <Dialog open onClose={onClose} title={t("tariffs.editTitle", { name })}>
      <TariffForm
        values={valuesOf({ name, currency }, versions[0]!, typed)}
        action={t("action.save")}
        busy={replace.isPending}
        onSubmit={submit}
        onCancel={onClose}
      >
        <HeadFields />
      </TariffForm>
    </Dialog>
  );
}

/** New prices from a day on, beginning with what holds in the end. */
export function NewVersionDialog({ tariff, onClose }: { tariff: Tariff; onClose: () => void }) {
  const { t } = useTranslation();
  const { typed } = useFormat();
  const { replace, done } = useReplacing(tariff, onClose);
  const { versions, ...head } = tariff.tariff;
  const values = { ...valuesOf(head, versions.at(-1)!, typed), valid_from: "" };
  const submit = (filled: TariffValues) =>
    replace.mutate({ ...head, versions: withTerms(versions, null, termsBodyOf(filled)) }, { onSuccess: done });
  return (
    <Dialog open onClose={onClose} title={t("tariffs.newVersion")} description={t("tariffs.newVersionText")} className={WIDE}>
      <TariffForm values={values} action={t("action.create")} busy={replace.isPending} onSubmit={submit} onCancel={onClose}>
        <TermsFields />
      </TariffForm>
    </Dialog>
  );
}

interface VersionDialogProps {
  tariff: Tariff;
  terms: Terms;
  onClose: () => void;
}

export function VersionDialog({ tariff, terms, onClose }: VersionDialogProps) {
  const { t } = useTranslation();
  const { typed } = useFormat();
  const { replace, done } = useReplacing(tariff, onClose);
  const { versions, ...head } = tariff.tariff;
  const submit = (filled: TariffValues) =>
    replace.mutate({ ...head, versions: withTerms(versions, terms.valid_from, termsBodyOf(filled)) }, { onSuccess: done });
  return (
    <Dialog open onClose={onClose} title={t("tariffs.editVersion")} description={t("tariffs.editVersionText")} className={WIDE}>
      <TariffForm
        values={valuesOf(head, terms, typed)}
        action={t("action.save")}
        busy={replace.isPending}
        onSubmit={submit}
        onCancel={onClose}
      >
        <TermsFields />
      </TariffForm>
    </Dialog>
  );
}

function useReplacing(tariff: Tariff, onClose: () => void) {
  const { t } = useTranslation();
  const replace = useReplaceTariff(tariff);
  const done = () => {
    toast.success(t("state.saved"));
    onClose();
  };
  return { replace, done };
}
