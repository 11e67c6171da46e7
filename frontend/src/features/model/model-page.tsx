import { BotOff, Power } from "lucide-react";
import { useTranslation } from "react-i18next";
import { toast } from "sonner";

import { Page } from "@/components/page";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Fact, Facts } from "@/components/ui/facts";
import { Meter } from "@/components/ui/meter";
import { LoadFailed, Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useFormat } from "@/lib/use-format";
import { useMayChange } from "@/lib/use-session";
import { useModel, useSwitchModel, type ModelStanding } from "./api/use-model";

/** The language model: whether it may speak, and what it has cost. */
export function ModelPage() {
  const { t } = useTranslation();
  const model = useModel();
  return (
    <Page title={t("model.title")} text={t("model.text")}>
      {model.isPending && <Skeleton className="h-64 rounded-xl" />}
      {model.isError && <LoadFailed error={model.error} retry={() => void model.refetch()} />}
      {model.data && (
        <div className="grid items-start gap-4 lg:grid-cols-2">
          {model.data.configured ? <Standing model={model.data} /> : <Missing />}
          <Usage model={model.data} />
        </div>
      )}
    </Page>
  );
}

function Standing({ model }: { model: ModelStanding }) {
  const { t } = useTranslation();
  return (
    <Card>
      <CardHeader title={t(model.on ? "model.on" : "model.off")} actions={useMayChange() && <Switch on={model.on} />}>
        {t(model.on ? "model.onText" : "model.offText")}
      </CardHeader>
      <Facts>
        {model.models.map(({ name, resting }, index) => (
          <Fact key={name} label={t(index === 0 ? "model.first" : "model.fallback")}>
            {name} {resting && <Badge tone="warn">{t("model.resting")}</Badge>}
          </Fact>
        ))}
        <Fact label={t("model.prompt")}>{model.prompt_version}</Fact>
      </Facts>
    </Card>
  );
}

/** It asks nothing: who wants the model to stop wants it now, and it can be switched on again. */
function Switch({ on }: { on: boolean }) {
  const { t } = useTranslation();
  const change = useSwitchModel();
  const done = () => void toast.success(t(on ? "model.switchedOff" : "model.switchedOn"));
  return (
    <Button variant={on ? "danger" : "primary"} busy={change.isPending} onClick={() => change.mutate(!on, { onSuccess: done })}>
      <Power />
      {t(on ? "model.switchOff" : "model.switchOn")}
    </Button>
  );
}

function Missing() {
  const { t } = useTranslation();
  const mayChange = useMayChange();
  return (
    <Card>
      <Notice icon={BotOff} title={t("model.missing")}>
        <p>{t(mayChange ? "model.missingText" : "model.missingForReaders")}</p>
        {mayChange && (
          <p className="mt-2 font-mono text-xs">
            KILOWATCH_LLM_BASE_URL
            <br />
            KILOWATCH_LLM_MODEL
          </p>
        )}
      </Notice>
    </Card>
  );
}

function Usage({ model: { tokens_today, tokens_cap, dollars_today, dollars_cap } }: { model: ModelStanding }) {
  const { t } = useTranslation();
  const { number, money } = useFormat();
  return (
    <Card>
      <CardHeader title={t("model.usage")}>{t("model.usageText")}</CardHeader>
      <div className="grid gap-4 px-4 pb-5 tabular-nums sm:px-5">
        <Meter label={t("model.tokens", { used: number(tokens_today), cap: number(tokens_cap) })} share={shareOf(tokens_today, tokens_cap)} />
        {dollars_cap === null ? (
          <p className="text-sm text-soft">{t("model.unpriced")}</p>
        ) : (
          <Meter
            label={t("model.cost", { used: money(dollars_today, "USD"), cap: money(dollars_cap, "USD") })}
            share={shareOf(dollars_today, dollars_cap)}
          />
        )}
      </div>
    </Card>
  );
}

/** Of a cap of nothing, nothing is left. */
function shareOf(used: number, cap: number): number {
  return cap > 0 ? used / cap : 1;
}
