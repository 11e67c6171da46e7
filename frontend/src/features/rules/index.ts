export { DefaultRulesPage } from "./default-rules-page";
export { DeviceRules } from "./device-rules";
