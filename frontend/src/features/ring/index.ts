export { RingPage } from "./ring-page";
