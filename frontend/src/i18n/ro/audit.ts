import type { audit as english } from "../en/audit";
import type { Translated } from "../translated";

export const audit: Translated<typeof english> = {
  "audit.title": "Jurnal",
  "audit.when": "Când",
  "audit.who": "Cine",
  "audit.what": "Ce",
  "audit.object": "Asupra",
  "audit.where": "De unde",
  "audit.detail": "Detalii",
  "audit.action": "Acțiunea începe cu",
  "audit.service": "Serviciu",
  "audit.everyService": "Orice serviciu",
  "audit.onlyBy": "De către {{who}}",
  "audit.onlyOn": "Asupra {{what}}",
  "audit.notOnly": "{{what}}: arată și altele",
  "audit.none": "Nimic în jurnal aici",
  "audit.noneText": "Lărgește filtrele.",
  "audit.silent": "Niciun răspuns de la {{services}}: lipsesc înregistrări.",
  "audit.more": "Arată mai vechi",
};
