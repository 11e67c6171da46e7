export { TariffPage } from "./tariff-page";
export { TariffsPage } from "./tariffs-page";
