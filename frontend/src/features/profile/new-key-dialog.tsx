import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ShownOnce } from "@/components/shown-once";
import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input, Select } from "@/components/ui/input";
import { useRole } from "@/lib/use-session";
import { useMakeKey } from "./api/use-keys";
import { areasFor, scopesOf, type Reach, type Right } from "./scopes";

const DAY_MS = 86_400_000;
const LIFETIMES = [7, 30, 90, 365] as const;

export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const make = useMakeKey();
  if (make.data) {
    return (
      <ShownOnce
        title={t("profile.keyTitle")}
        description={t("profile.keyText")}
        label={t("profile.key")}
        secret={make.data.api_key}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog open onClose={onClose} title={t("profile.newKey")}>
      <KeyForm make={make} onClose={onClose} />
    </Dialog>
  );
}

function KeyForm({ make, onClose }: { make: ReturnType<typeof useMakeKey>; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [days, setDays] = useState<number>(90);
  const [reach, setReach] = useState<Reach>("read");
  const [parts, setParts] = useState<Record<string, Right>>({});
  const scopes = scopesOf(reach, parts);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const expires_at = new Date(Date.now() + days * DAY_MS).toISOString();
    make.mutate({ name: name.trim(), scopes, expires_at });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label={t("devices.name")} hint={t("profile.keyNameHint")}>
        {(wiring) => <Input autoFocus maxLength={200} {...wiring} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("profile.keyReach")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} value={reach} onChange={(event) => setReach(event.target.value as Reach)}>
              {(["read", "write", "parts"] as const).map((value) => (
                <option key={value} value={value}>
                  {t(`profile.reach.${value}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("profile.keyLifetime")}>
          {(wiring) => (
            <Select className="w-full" {...wiring} value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {LIFETIMES.map((value) => (
                <option key={value} value={value}>
                  {t("profile.days", { count: value })}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      {reach === "parts" && <Parts parts={parts} onChange={(area, right) => setParts({ ...parts, [area]: right })} />}
      <DialogActions>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button type="submit" variant="primary" busy={make.isPending} disabled={!name.trim() || scopes.length === 0}>
          {t("action.create")}
        </Button>
      </DialogActions>
    </form>
  );
}

function Parts({ parts, onChange }: { parts: Readonly<Record<string, Right>>; onChange: (area: string, right: Right) => void }) {
  const { t } = useTranslation();
  return (
    <ul className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
      {areasFor(useRole()).map((area) => (
        <li key={area} className="flex items-center justify-between gap-3">
          <code className="font-mono text-[0.8125rem]">{area}</code>
          <Select aria-label={area} value={parts[area] ?? "none"} onChange={(event) => onChange(area, event.target.value as Right)}>
            {(["none", "read", "write"] as const).map((right) => (
              <option key={right} value={right}>
                {t(`profile.right.${right}`)}
              </option>
            ))}
          </Select>
        </li>
      ))}
    </ul>
  );
}
