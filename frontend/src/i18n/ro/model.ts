import type { model as english } from "../en/model";
import type { Translated } from "../translated";

export const model: Translated<typeof english> = {
  "model.title": "Model de limbă",
  "model.text": "Întrebat când baza de cunoștințe nu răspunde. Fără el fac totul regulile și oamenii.",
  "model.on": "Modelul e pornit",
  "model.off": "Modelul e oprit",
  "model.onText": "Răspunde la ce îi trec regulile.",
  "model.offText": "Nu e întrebat nimic; fac totul regulile și oamenii.",
  "model.switchOff": "Oprește acum",
  "model.switchOn": "Pornește",
  "model.switchedOff": "Oprit. Răspunsurile începute se întrerup.",
  "model.switchedOn": "Modelul e pornit",
  "model.first": "Întrebat întâi",
  "model.fallback": "Când acela nu poate",
  "model.resting": "dă greș și se odihnește o vreme",
  "model.prompt": "Instrucțiuni",
  "model.missing": "Niciun model nu e configurat",
  "model.missingText": "Merge orice adresă care vorbește ca OpenAI. Stabilește acestea și repornește:",
  "model.missingForReaders": "Cine administrează instalarea poate conecta unul.",
  "model.usage": "Astăzi",
  "model.usageText": "După UTC, cu ce au pus deoparte răspunsurile începute.",
  "model.tokens": "Tokeni: {{used}} din {{cap}}",
  "model.cost": "{{used}} din {{cap}}",
  "model.unpriced": "Nu sunt stabilite prețuri, deci banii nu se socotesc: limitele sunt cele de tokeni.",
};
