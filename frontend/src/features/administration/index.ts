export const AdministrationPage = () => null;
