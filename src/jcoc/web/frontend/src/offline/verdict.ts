import type { State } from "./store";

// What an answer of the server means for an entry, and when it is tried again. Pure.

export const PHONE_REVOKED = "urn:jcoc:field-phone-revoked";
export const PHONE_UNKNOWN = "urn:jcoc:field-phone-unknown";

export interface Problem {
  type?: string;
  detail?: string;
  fields?: Record<string, string[]>;
  version?: string;
  theirs?: Record<string, { label: string; value: string; text: string }>;
  location?: string;
}

export type Verdict = State | "retry" | "log-in" | "phone-unknown" | "phone-revoked";

const RETRIED = [408, 425, 429, 500, 502, 503, 504];

// A body that is no JSON comes from something in between, such as a hotel's log-in page: nothing was heard then.
export function verdict(status: number, body: Problem | null): Verdict {
  if (body === null) return "retry";
  if (status >= 200 && status < 300) return "stored";
  if (status === 401) {
    if (body.type === PHONE_REVOKED) return "phone-revoked";
    return body.type === PHONE_UNKNOWN ? "phone-unknown" : "log-in";
  }
  if (status === 409 && body.theirs) return "conflict";
  if (status >= 400 && status < 500 && !RETRIED.includes(status)) return "refused";
  return "retry";
}

const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;

// Doubles with each attempt; spread, so that many phones do not come back at the same moment.
export function delay(attempts: number, random: number, retryAfter: string | null = null): number {
  const asked = Number(retryAfter ?? Number.NaN) * 1000;
  const doubled = Math.min(FIRST_MS * 2 ** Math.max(0, attempts - 1), LONGEST_MS);
  const spread = doubled * (0.5 + random / 2);
  return Number.isFinite(asked) && asked > 0 ? Math.max(asked, spread) : spread;
}
