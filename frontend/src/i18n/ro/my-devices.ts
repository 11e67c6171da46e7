import type { myDevices as english } from "../en/my-devices";
import type { Translated } from "../translated";

export const myDevices: Translated<typeof english> = {
  "myDevices.title": "Dispozitivele mele",
  "myDevices.back": "Toate dispozitivele mele",
  "myDevices.alerts": "Alertele lui",
  "myDevices.heard": "Ultimul semnal",
  "myDevices.limit": "{{value}} pe oră",
  "myDevices.noLimit": "Nu este stabilită; o stabilește un administrator.",
  "myDevices.behind": "În spatele contorului",
  "myDevices.tariff": "Tarif",
  "myDevices.noTariff": "Niciunul, deci nu se știe nimic despre costuri.",
  "myDevices.thisHour": "Ora aceasta",
  "myDevices.hour": "Ora de la {{time}}",
  "myDevices.peak": "Cel mai mult, în ora de la {{time}}",
  "myDevices.noPeak": "Cel mai mult într-o oră",
  "myDevices.ofLimit": "{{energy}} din {{limit}} permiși în ora de la {{time}}",
};
