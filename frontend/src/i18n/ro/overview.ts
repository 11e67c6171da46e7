import type { overview as english } from "../en/overview";
import type { Translated } from "../translated";

export const overview: Translated<typeof english> = {
  "overview.title": "Privire generală",
  "overview.today": "Astăzi",
  "overview.todayKwh": "Astăzi până acum",
  "overview.latest": "Ultima citire",
  "overview.noReading": "Încă nicio citire",
  "overview.noDevices": "Încă niciun dispozitiv",
  "overview.noDevicesText": "Când un administrator îți atribuie un contor, apare aici cu citirile lui.",
  "overview.yesterdaySameTime": "Ieri până la această oră: {{value}}",
  "overview.now": "Chiar acum",
  "overview.measured": "Măsurată {{time}}",
  "overview.lastKnown": "Ultima cunoscută, măsurată {{time}}",
  "overview.waiting": "Se așteaptă următoarea citire…",
  "overview.projected": "Estimat la sfârșitul lunii: {{energy}}{{cost}}",
  "overview.range": "între {{low}} și {{high}}",
  "overview.newest": "Cea mai nouă: {{name}}",
  "overview.month": "Luna aceasta",
  "overview.openAlerts": "Alerte deschise",
  "overview.noAlerts": "Totul e liniștit",
  "overview.limit": "Limită {{value}} pe oră",
  "overview.devices": "Dispozitivele mele",
  "overview.behind": "în spatele {{name}}",
  "overview.sparkline": "Oră de oră astăzi",
  "overview.late": "ultimul semnal {{time}}",
};
