import type { app as english } from "../en/app";
import type { Translated } from "../translated";

export const app: Translated<typeof english> = {
  "app.name": "Kilowatch",
  "app.tagline": "Fiecare watt, la socoteală.",
  "app.menu": "Meniu",
  "app.skip": "Sari la conținut",
  "app.search": "Mergi la…",
  "app.notFound": "Pagina nu există",
  "app.notFoundText": "Adresa e scrisă greșit sau ce era aici nu mai este.",
  "app.toStart": "La pagina de început",
  "app.unreachable": "Kilowatch nu răspunde",
  "app.unreachableText": "Serverul lipsește sau încă pornește. Nimic nu s-a pierdut; încearcă din nou imediat.",
  "app.forbidden": "Pagina este pentru administratori",
  "app.forbiddenText": "Contul tău nu are voie să o vadă.",
  "app.crashed": "Pagina s-a stricat",
  "app.crashedText": "E vina noastră. De obicei ajută o reîncărcare.",
  "app.language": "Limba",
  "app.loading": "Se încarcă…",

  "nav.overview": "Privire generală",
  "nav.consumption": "Consum",
  "nav.alerts": "Alerte",
  "nav.users": "Utilizatori",
  "nav.devices": "Dispozitive",
  "nav.inbox": "Asistență",
  "nav.rejected": "Citiri respinse",
  "nav.ring": "Inel",
  "nav.audit": "Jurnal",
  "nav.profile": "Profil",
  "nav.signOut": "Ieșire din cont",
};
