import type { chat as english } from "../en/chat";
import type { Translated } from "../translated";

export const chat: Translated<typeof english> = {
  "chat.open": "Ajutor",
  "chat.title": "Asistență",
  "chat.unread": "Necitite: {{count}}",
  "chat.person": "Vorbește cu o persoană",
  "chat.personAsked": "Aș vrea să vorbesc cu o persoană.",
  "chat.connecting": "Se conectează…",
  "chat.waiting": "Se așteaptă o persoană; ești numărul {{position}}",
  "chat.with": "Vorbești cu {{name}}",
  "chat.withBot": "Răspunde asistentul; o persoană, oricând vrei",
  "chat.messages": "Mesaje",
  "chat.typing": "{{name}} scrie…",
  "chat.bot": "Asistent",
  "chat.you": "Tu",
  "chat.welcome": "Bună! Întreabă despre consum, costuri sau alerte.",
  "chat.ask.usage": "Cât am consumat astăzi?",
  "chat.ask.cost": "Cât va costa luna aceasta?",
  "chat.ask.alerts": "De ce am primit o alertă?",
  "chat.sources": "Din:",
  "chat.helpful": "A fost de ajutor",
  "chat.unhelpful": "Nu a fost de ajutor",
  "chat.write": "Scrie un mesaj",
  "chat.send": "Trimite",
  "chat.rate": "Cât de mulțumit ești de ajutor?",
  "chat.score": "{{score}} din 5",
};
