export { DevicePage } from "./device-page";
export { DevicesPage } from "./devices-page";
