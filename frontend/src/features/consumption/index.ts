export { ConsumptionPage } from "./consumption-page";
