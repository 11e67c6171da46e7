import type { people as english } from "../en/people";
import type { Translated } from "../translated";

export const people: Translated<typeof english> = {
  "people.title": "Persoane",
  "people.assign": "Atribuie",
  "people.assignTitle": "Atribuie {{name}}",
  "people.level": "Nivel",
  "people.owner": "Proprietar",
  "people.viewer": "Doar vede",
  "people.since": "de la {{time}}",
  "people.until": "până la {{time}}",
  "people.assigned": "{{name}} vede acum {{place}}",
  "people.unassign": "Încheie",
  "people.unassignTitle": "Închei atribuirea lui {{name}}?",
  "people.unassignText": "Nu mai vede ce e aici și nu mai primește alertele. Istoricul rămâne.",
  "people.unassigned": "Atribuirea pentru {{name}} s-a încheiat",

  "pick.person": "Caută o persoană după nume sau e-mail",
  "pick.device": "Caută un dispozitiv după nume, loc sau serie",
  "pick.addDevices": "Adaugă dispozitive",
  "pick.add_zero": "Adaugă",
  "pick.add_one": "Adaugă unul",
  "pick.add_few": "Adaugă {{count}}",
  "pick.add_other": "Adaugă {{count}}",
  "pick.gateway": "Caută un gateway după nume",
  "pick.site": "Caută o locație după nume sau adresă",
};
