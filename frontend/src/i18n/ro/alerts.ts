import type { alerts as english } from "../en/alerts";
import type { Translated } from "../translated";

export const alerts: Translated<typeof english> = {
  "alerts.title": "Alerte",
  "alerts.open": "Deschise",
  "alerts.acknowledged": "Confirmate",
  "alerts.cleared": "Încheiate",
  "alerts.kind": "Fel",
  "alerts.hourly_limit": "Peste limită",
  "alerts.power_limit": "Limită de putere",
  "alerts.daily_budget": "Bugetul zilei",
  "alerts.monthly_budget": "Bugetul lunii",
  "alerts.unusual_use": "Consum neobișnuit",
  "alerts.offline": "Fără semnal",
  "alerts.overText": "{{energy}} în ora de la {{hour}}, permis {{limit}}",
  "alerts.offlineText": "Tace de la {{time}}",
  "alerts.historical": "găsită în istoric",
  "alerts.acknowledge": "Confirmă",
  "alerts.note": "Notă",
  "alerts.noteHint": "Ce ai găsit, pentru cine se uită după tine.",
  "alerts.acknowledgeTitle": "Confirmă alerta",
  "alerts.done": "Confirmată",
  "alerts.none": "Nicio alertă aici",
  "alerts.noneText": "Când un contor trece de limita pe oră sau tace, apare aici.",
  "alerts.state": "Stare",
  "alerts.look": "Vezi",
  "alerts.showUsage": "Vezi ziua aceea",
};
