import "@testing-library/jest-dom/vitest";

import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll } from "vitest";

import { begin } from "@/api/session";
import { loadTexts, startLanguages } from "@/i18n";
import { server } from "./server";

// What jsdom lacks of a browser.
class ResizeObserverStub {
  observe() {}
  unobserve() {}
  disconnect() {}
}
globalThis.ResizeObserver = ResizeObserverStub;
window.matchMedia = (media) => ({ ...new EventTarget(), media, matches: false, addEventListener() {} }) as unknown as MediaQueryList;
Element.prototype.scrollIntoView = (() => Promise.resolve()) as () => void; // as newer browsers have it
Element.prototype.hasPointerCapture = () => false;

// A busy machine is not a defect.
configure({ asyncUtilTimeout: 10_000 });

beforeAll(async () => {
  server.listen({ onUnhandledRequest: "error" });
  await startLanguages();
  await loadTexts();
  begin({ accessToken: "token", userId: "u-1", role: "client" });
});
afterEach(() => {
  cleanup();
  server.resetHandlers();
});
afterAll(() => server.close());
