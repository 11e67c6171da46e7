export { MyDevicePage } from "./my-device-page";
export { MyDevicesPage } from "./my-devices-page";
