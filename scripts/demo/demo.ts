import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startStandIn } from "../../test/tools/stand-in/server.ts";
import { DEMO_CATALOGUE } from "./books.ts";
import { coverArt } from "./cover-art.ts";
import { pngOf } from "./png.ts";
import { sampleSignIn } from "./sample-account.ts";

/** The demo of `npm start -- --demo`: providers that know a small catalogue, and an account with a sample library. */
export interface Demo {
  /** Its state folder, separate from that of the service. */
  readonly stateDir: string;
  /** Vars of the service, which override those of the user. */
  readonly env: Readonly<Record<string, string>>;
  /** Fills the sample library, unless an earlier start has. @returns lines to print about it */
  fill(url: string, signal: AbortSignal): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the providers, on the loopback interface. @param stateDir state folder of the service, in which the demo has its own */
export async function startDemo(stateDir: string): Promise<Demo> {
  const folder = join(stateDir, "demo");
  mkdirSync(folder, { recursive: true });
  const standIn = await startStandIn({
    books: DEMO_CATALOGUE,
    cover: (number, width) => pngOf(coverArt(number, width)),
  });
  return {
    stateDir: folder,
    env: {
      ...standIn.env,
      GOOGLE_BOOKS_KEYLESS: "1",
      PROVIDER_CONTACT: "demo",
      PROVIDER_LIMITS: '{"openlibrary":{"perSecond":50},"google-books":{"perSecond":50}}',
      // No cover is cached when the shelf is first opened.
      RATE_LIMITS: '{"covers":0,"misses":0}',
      SIGNUP: "open",
    },
    async fill(url, signal) {
      const { link, userId, recoveryCode } = await sampleSignIn(url, folder, signal);
      return `This is the demo: invented books, and no network. Its data is in ${folder}; delete that folder to start over.
Open the sample library (the link is valid for five minutes):

  ${link}

Later, or on the command line:

  npm run bookstrack -- login --recover ${userId} ${recoveryCode}
`;
    },
    stop: () => standIn.close(),
  };
}
