export const DevicesPage = () => null;
export const DevicePage = () => null;
