export { DeadLettersPage } from "./dead-letters-page";
export { SystemPage } from "./system-page";
