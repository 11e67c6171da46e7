export { RejectedPage } from "./rejected-page";
