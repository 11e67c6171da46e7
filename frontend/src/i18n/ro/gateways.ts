import type { gateways as english } from "../en/gateways";
import type { Translated } from "../translated";

export const gateways: Translated<typeof english> = {
  "gateways.title": "Gateway-uri",
  "gateways.text": "Aparate care trimit citirile mai multor dispozitive, cu o singură acreditare.",
  "gateways.new": "Gateway nou",
  "gateways.newText": "Apoi primește dispozitivele și o acreditare.",
  "gateways.editTitle": "Modifică {{name}}",
  "gateways.search": "Caută după nume",
  "gateways.name": "Nume",
  "gateways.description": "Descriere",
  "gateways.devices": "Dispozitive",
  "gateways.since": "Din",
  "gateways.none": "Încă niciun gateway",
  "gateways.noneText": "Creează unul acolo unde un aparat adună citirile mai multor contoare. Un contor care trimite singur nu are nevoie de el.",
  "gateways.back": "Toate gateway-urile",
  "gateways.noDevices": "Încă nu poate trimite pentru niciun dispozitiv: adaugă-le pe cele ale căror citiri le aduce.",
  "gateways.noCredentials": "Încă niciuna: fără ea nu poate trimite.",
  "gateways.remove": "Scoate",
  "gateways.removeTitle": "Nu mai trimite pentru {{name}}?",
  "gateways.removeText": "Citirile lui venite prin acest gateway sunt refuzate de acum înainte.",
  "gateways.deleteTitle": "Ștergi {{name}}?",
  "gateways.deleteText_one": "Acreditările lui se încheie, iar ce trimite pentru singurul lui dispozitiv este refuzat de acum. Dispozitivul rămâne. Nu se poate reveni.",
  "gateways.deleteText_few": "Acreditările lui se încheie, iar ce trimite pentru cele {{count}} dispozitive este refuzat de acum. Dispozitivele rămân. Nu se poate reveni.",
  "gateways.deleteText_other": "Acreditările lui se încheie, iar ce trimite pentru cele {{count}} de dispozitive este refuzat de acum. Dispozitivele rămân. Nu se poate reveni.",
  "gateways.deleted": "{{name}} a fost șters",
};
