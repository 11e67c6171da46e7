import type { deliveries as english } from "../en/deliveries";
import type { Translated } from "../translated";

export const deliveries: Translated<typeof english> = {
  "deliveries.title": "Livrări",
  "deliveries.text": "Notificări prin e-mail și webhook. Ce eșuează se încearcă din nou, cu pauze tot mai lungi, de douăsprezece ori.",
  "deliveries.none": "Nu s-a livrat nimic",
  "deliveries.noneText": "Când cineva vrea alerte prin e-mail sau webhook (în profil), fiecare livrare apare aici.",
  "deliveries.due": "Când",
  "deliveries.to": "Către",
  "deliveries.channel": "Prin",
  "deliveries.state": "Stare",
  "deliveries.everyState": "Orice stare",
  "deliveries.error": "Ultima eroare",
  "deliveries.email": "E-mail",
  "deliveries.webhook": "Webhook",
  "deliveries.waiting": "În așteptare",
  "deliveries.sent": "Trimisă",
  "deliveries.failed": "Eșuată",
  "deliveries.dropped": "Nu mai este dorită",
  "deliveries.attempts": "Încercări: {{count}}",
  "deliveries.triedAgain": "Se încearcă din nou acum",
};
