/** What the server says when it says no: an RFC 9457 problem. Its `message` is meant for the person. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "Problem";
  }
}

interface ProblemBody {
  title?: string;
  detail?: string;
  errors?: { field: string; problem: string }[];
}

export function problemOf(status: number, body: unknown): Problem {
  const { title, detail, errors } = (typeof body === "object" && body ? body : {}) as ProblemBody;
  // `body.email` → `email`: where in the request it was is the server's business.
  const fields = (errors ?? []).map((each) => [each.field.replace(/^(body|query|path)\./, ""), each.problem]);
  return new Problem(status, detail ?? title ?? "", Object.fromEntries(fields));
}
