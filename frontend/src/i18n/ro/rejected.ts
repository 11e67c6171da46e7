import type { rejected as english } from "../en/rejected";
import type { Translated } from "../translated";

export const rejected: Translated<typeof english> = {
  "rejected.title": "Citiri respinse",
  "rejected.none": "Nimic nu a fost respins",
  "rejected.noneText": "Citirile care nu pot fi acceptate sunt puse deoparte aici, niciodată aruncate.",
  "rejected.reason": "Motiv",
  "rejected.everyReason": "Orice motiv",
  "rejected.device": "Dispozitiv",
  "rejected.at": "Când",
  "rejected.raw": "Cum a venit",
  "rejected.replay": "Trimite din nou",
  "rejected.replayed": "retrimisă {{time}}",
  "rejected.accepted": "Acceptată de data aceasta",
  "rejected.refused": "Respinsă din nou: {{reason}}",
  "rejected.more": "Arată mai vechi",
  "rejectedReason.malformed": "Nu se poate citi",
  "rejectedReason.unknown_device": "Dispozitiv necunoscut",
  "rejectedReason.inactive_device": "Dispozitiv inactiv",
  "rejectedReason.forbidden_device": "Alt dispozitiv decât al expeditorului",
  "rejectedReason.not_finite": "Nu este un număr",
  "rejectedReason.out_of_range": "În afara limitelor",
  "rejectedReason.negative": "Negativă",
  "rejectedReason.future": "Din viitor",
  "rejectedReason.too_old": "Prea veche",
  "rejectedReason.conflict": "Altă valoare la aceeași oră",
  "rejectedReason.unstorable": "Nu se poate păstra",
};
