import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { KeyRow } from "@/components/access/key-row";
import { Button } from "@/components/ui/button";
import { Card, CardHeader } from "@/components/ui/card";
import { LoadFailed } from "@/components/ui/notice";
import { SkeletonRows } from "@/components/ui/skeleton";
import { useKeys, useRevokeKey } from "./api/use-keys";
import { NewKeyDialog } from "./new-key-dialog";

/** Keys for scripts and other programs, which may do no more than their scopes say. */
export function KeysCard() {
  const { t } = useTranslation();
  const keys = useKeys();
  const revoke = useRevokeKey();
  const [making, setMaking] = useState(false);
  return (
    <Card>
      <CardHeader
        title={t("profile.keys")}
        actions={
          <Button size="sm" onClick={() => setMaking(true)}>
            <Plus />
            {t("profile.newKey")}
          </Button>
        }
      >
        {t("profile.keysText")}
      </CardHeader>
      {keys.isPending && <SkeletonRows count={1} />}
      {keys.isError && <LoadFailed error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.length === 0 && <p className="px-4 pb-4 text-sm text-soft sm:px-5">{t("profile.noKeys")}</p>}
      <ul className="divide-y border-t empty:hidden">
        {keys.data?.map((key) => (
          <KeyRow
            key={key.id}
            apiKey={key}
            revoke={{ busy: revoke.isPending, run: (id, done) => revoke.mutate(id, { onSuccess: done }) }}
          />
        ))}
      </ul>
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
    </Card>
  );
}
