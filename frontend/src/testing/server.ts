import { setupServer } from "msw/node";

/** In place of Kilowatch; every test says what it answers. */
export const server = setupServer();
