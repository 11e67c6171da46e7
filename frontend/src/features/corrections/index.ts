export { CompletenessPage } from "./completeness-page";
export { CorrectionsPage } from "./corrections-page";
