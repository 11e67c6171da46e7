export { SitePage } from "./site-page";
export { SitesPage } from "./sites-page";
