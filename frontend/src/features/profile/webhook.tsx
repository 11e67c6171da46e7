import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ShownOnce } from "@/components/shown-once";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useRemoveWebhook, useSetWebhook, useWebhook } from "./api/use-webhook";

/** Where notifications are posted to. */
export function Webhook() {
  const webhook = useWebhook();
  if (!webhook.data) return null;
  return <WebhookForm key={webhook.data.url} url={webhook.data.url} />;
}

function WebhookForm({ url }: { url: string | null }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(url ?? "");
  const set = useSetWebhook();
  const remove = useRemoveWebhook();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (typed.trim()) set.mutate(typed.trim());
  };
  return (
    <form onSubmit={submit} className="border-t px-4 py-4 sm:px-5">
      <Field label={t("profile.webhook")} hint={t("profile.webhookHint")}>
        {(wiring) => (
          <div className="flex gap-2">
            <Input type="url" placeholder="https://" {...wiring} value={typed} onChange={(event) => setTyped(event.target.value)} />
            <Button type="submit" busy={set.isPending} disabled={!typed.trim()}>
              {t("action.save")}
            </Button>
            {url && (
              <Button variant="ghost" busy={remove.isPending} onClick={() => remove.mutate(undefined)}>
                {t("profile.remove")}
              </Button>
            )}
          </div>
        )}
      </Field>
      {set.data && (
        <ShownOnce
          title={t("profile.webhookSecret")}
          description={t("profile.webhookSecretText")}
          label={t("profile.webhookSecret")}
          secret={set.data.secret}
          onClose={set.reset}
        />
      )}
    </form>
  );
}
