import { translator } from "../translator";
import catalogue from "./server.json";

/** What the server says, in Romanian; `tests/unit/test_romanian.py` keeps the catalogue whole. */
export const told = translator(catalogue);
