import type { administration as english } from "../en/administration";
import type { Translated } from "../translated";

export const administration: Translated<typeof english> = {
  "admin.title": "Privire generală",
  "admin.rate": "Citiri pe secundă",
  "admin.rateHint": "în ultimele {{seconds}} s",
  "admin.accepted": "Acceptate",
  "admin.duplicate": "Duplicate",
  "admin.rejected": "Respinse",
  "admin.openAlerts": "Alerte deschise",
  "admin.users": "Utilizatori",
  "admin.devices": "Dispozitive",
  "admin.replicas": "Replici",
  "admin.replicasHint": "{{held}} din {{all}} partiții ocupate",
  "admin.flow": "Citiri",
  "admin.recentAlerts": "Ultimele alerte",
  "admin.measuring": "se măsoară…",
};
