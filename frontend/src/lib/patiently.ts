const PAUSE_MS = 2_000;
const TRIES = 15;

/**
 * A part of the app that comes later, asked for until it is there: a server that is away for a moment is no reason for
 * the page to break down. One that is gone for good (there is a newer app by now) is, and its page says to reload.
 */
export async function patiently<Part>(load: () => Promise<Part>, pauseMs = PAUSE_MS): Promise<Part> {
  for (let tries = 1; ; tries++) {
    try {
      return await load();
    } catch (error) {
      if (tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
