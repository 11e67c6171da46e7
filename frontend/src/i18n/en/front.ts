import { app } from "./app";
import { general } from "./general";
import { session } from "./session";

/** What is read before anybody has signed in; all that the first load carries. */
export const front = { ...app, ...general, ...session };
