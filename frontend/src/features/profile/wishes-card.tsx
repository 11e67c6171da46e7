import { useEffect, useRef } from "react";
import type { UseFormReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";
import { toast } from "sonner";

import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Input, Select } from "@/components/ui/input";
import { LoadFailed } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { ALERT_KINDS, SEVERITIES } from "@/lib/alerts";
import { useValidForm, z } from "@/lib/form";
import { useRole } from "@/lib/use-session";
import { useSaveWishes, useWishes, type Wishes } from "./api/use-wishes";
import { Webhook } from "./webhook";

const severity = z.enum(SEVERITIES);
const WAITING = "conversation_waiting";
const KINDS = [...ALERT_KINDS, WAITING] as const;
/** Of the kinds of alert, and for administrators of clients who wait. */
const useKinds = () => (useRole() === "administrator" ? KINDS : ALERT_KINDS);
type Kind = (typeof KINDS)[number];
const CHANNELS = ["in_app", "email", "webhook"] as const;
const kinds = z.array(z.enum(KINDS));
const schema = z.object({
  in_app: severity,
  email: severity,
  webhook: severity,
  mailing: z.enum(["at_once", "daily", "off"]),
  digest_at: z.string(),
  told: z.object({ in_app: kinds, email: kinds, webhook: kinds }),
  quiet: z.boolean(),
  since: z.string(),
  until: z.string(),
  quiet_for_critical: z.boolean(),
});
type Values = z.infer<typeof schema>;

/** `08:00:00` is a clock to the minute here. */
const clock = (text: string) => text.slice(0, 5);

function valuesOf({ muted_kinds, muted_in_app, muted_email, muted_webhook, quiet_hours, digest_at, ...rest }: Wishes): Values {
  const told = (muted: Kind[]) => KINDS.filter((kind) => !muted_kinds.includes(kind) && !muted.includes(kind));
  return {
    ...rest,
    digest_at: clock(digest_at),
    told: { in_app: told(muted_in_app), email: told(muted_email), webhook: told(muted_webhook) },
    quiet: quiet_hours !== null && quiet_hours !== undefined,
    since: clock(quiet_hours?.since ?? "22:00"),
    until: clock(quiet_hours?.until ?? "07:00"),
  };
}

function wishesOf({ told, quiet, since, until, ...rest }: Values, offered: readonly Kind[]): Wishes {
  const muted = (some: Kind[]) => offered.filter((kind) => !some.includes(kind));
  return {
    ...rest,
    muted_kinds: [],
    muted_in_app: muted(told.in_app),
    muted_email: muted(told.email),
    muted_webhook: muted(told.webhook),
    quiet_hours: quiet ? { since, until } : null,
  };
}

/** By which channel somebody is told of what. */
export function WishesCard() {
  const { t } = useTranslation();
  const wishes = useWishes();
  return (
    <Card id="notifications" ref={useScrolledTo("#notifications")}>
      <CardHeader title={t("profile.wishes")}>{t("profile.wishesText")}</CardHeader>
      {wishes.isPending && <Skeleton className="mx-5 mb-5 h-72" />}
      {wishes.isError && <LoadFailed error={wishes.error} retry={() => void wishes.refetch()} />}
      {wishes.data && <WishesForm wishes={wishes.data} />}
      <Webhook />
    </Card>
  );
}

function WishesForm({ wishes }: { wishes: Wishes }) {
  const { t } = useTranslation();
  const save = useSaveWishes();
  const kinds = useKinds();
  const form = useValidForm(schema, valuesOf(wishes));
  const submit = form.handleSubmit((values) => save.mutate(wishesOf(values, kinds), { onSuccess: () => void toast.success(t("state.saved")) }));
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4 px-4 pb-4 sm:px-5">
      <Kinds form={form} />
      <Channels form={form} />
      <QuietHours form={form} />
      <div>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {t("action.save")}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  form: UseFormReturn<Values>;
}

function Kinds({ form: { register, watch } }: PartProps) {
  const { t } = useTranslation();
  const kinds = useKinds();
  const mailed = watch("mailing") !== "off";
  const channels = CHANNELS.filter((channel) => channel !== "email" || mailed);
  return (
    <table className="w-full text-sm sm:max-w-xl">
      <thead>
        <tr>
          <th scope="col" className="pb-1 text-left font-medium">
            {t("profile.tellMeOf")}
          </th>
          {channels.map((channel) => (
            <th key={channel} scope="col" className="px-1 pb-1 text-xs font-medium whitespace-nowrap text-soft">
              {t(`profile.tellBy.${channel}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind) => {
          const name = t(kind === WAITING ? "profile.waitingClients" : `alerts.${kind}`);
          return (
            <tr key={kind}>
              <th scope="row" className="text-left font-normal">
                {name}
              </th>
              {channels.map((channel) => (
                <td key={channel}>
                  <label className="grid min-h-7 cursor-pointer place-items-center">
                    <input
                      type="checkbox"
                      value={kind}
                      aria-label={`${name}: ${t(`profile.tellBy.${channel}`)}`}
                      className="size-4 accent-accent"
                      {...register(`told.${channel}`)}
                    />
                  </label>
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Channels({ form: { register, watch } }: PartProps) {
  const { t } = useTranslation();
  const mailing = watch("mailing");
  const from = (channel: "in_app" | "email" | "webhook", label: string, disabled = false) => (
    <Field label={label}>
      {(wiring) => (
        <Select className="w-full" disabled={disabled} {...wiring} {...register(channel)}>
          {SEVERITIES.map((value) => (
            <option key={value} value={value}>
              {t(`profile.from.${value}`)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      {from("in_app", t("profile.inApp"))}
      {from("webhook", t("profile.byWebhook"))}
      <Field label={t("profile.mailing")}>
        {(wiring) => (
          <Select className="w-full" {...wiring} {...register("mailing")}>
            {(["at_once", "daily", "off"] as const).map((value) => (
              <option key={value} value={value}>
                {t(`profile.mailing.${value}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {mailing !== "off" && from("email", t("profile.byMail"))}
      {mailing === "daily" && <Field label={t("profile.digestAt")}>{(wiring) => <Input type="time" {...wiring} {...register("digest_at")} />}</Field>}
    </div>
  );
}

function QuietHours({ form: { register, watch } }: PartProps) {
  const { t } = useTranslation();
  return (
    <div className="grid gap-2 text-sm">
      <label className="flex items-center gap-2 font-medium">
        <input type="checkbox" className="size-4 accent-accent" {...register("quiet")} />
        {t("profile.quiet")}
      </label>
      {watch("quiet") && (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <Input type="time" aria-label={t("rules.quietStart")} className="w-32" {...register("since")} />
            <span aria-hidden>–</span>
            <Input type="time" aria-label={t("rules.quietEnd")} className="w-32" {...register("until")} />
          </div>
          <label className="flex items-center gap-2">
            <input type="checkbox" className="size-4 accent-accent" {...register("quiet_for_critical")} />
            {t("profile.quietForCritical")}
          </label>
        </>
      )}
    </div>
  );
}

/** The address may name a part of a page that is drawn later than the page. */
function useScrolledTo(hash: string) {
  const place = useRef<HTMLElement>(null);
  const wanted = useLocation().hash === hash;
  useEffect(() => {
    if (wanted) void place.current?.scrollIntoView();
  }, [wanted]);
  return place;
}
