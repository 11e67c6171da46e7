import type { administration as english } from "../en/administration";
import type { Translated } from "../translated";

export const administration: Translated<typeof english> = {
  "admin.title": "Privire generală",
  "admin.rate": "Citiri pe secundă",
  "admin.rateHint": "în ultimele {{seconds}}\u00a0s",
  "admin.accepted": "Acceptate",
  "admin.duplicate": "Duplicate",
  "admin.rejected": "Respinse",
  "admin.openAlerts": "Alerte deschise",
  "admin.users": "Utilizatori",
  "admin.devices": "Dispozitive",
  "admin.replicas": "Replici",
  "admin.replicasHint": "partiții ocupate: {{held}} din {{all}}",
  "admin.flow": "Citiri",
  "admin.recentAlerts": "Ultimele alerte",
  "admin.rateBars": "Citirile ultimului minut, secundă cu secundă",
  "admin.lag": "Loturi în așteptare",
  "admin.lagUnknown": "brokerul nu spune",
  "admin.inFlight": "Citiri pe drum",
  "admin.parked_one": "O partiție nu primește nimic acum; expeditorii sunt rugați să revină.",
  "admin.parked_few": "{{count}} partiții nu primesc nimic acum; expeditorii sunt rugați să revină.",
  "admin.parked_other": "{{count}} de partiții nu primesc nimic acum; expeditorii sunt rugați să revină.",
  "admin.offline": "Dispozitive fără semnal",
  "admin.waiting": "Conversații în așteptare",
  "admin.measuring": "se măsoară…",
};
