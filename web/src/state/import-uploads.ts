/** Uploads of this page to the service. */
import { createClient } from "../../../client/src/index.ts";
import { clientOptionsOf, session, withApi } from "./api.ts";
import { readStored, writeStored } from "./stored.ts";
import { fetchWithProgress } from "./upload-request.ts";
import { createUploads } from "./uploads.ts";

const KEY = "bookstrack.sent-files";

export const uploads = createUploads({
  start: (file, options, onProgress) =>
    session.request(({ token }) =>
      // Retries are shown to the user with a countdown, so the client does not retry.
      createClient({
        ...clientOptionsOf(token),
        retries: { attempts: 1 },
        fetch: fetchWithProgress(onProgress),
      }).imports.start(file, options),
    ),
  get: (jobId) => withApi((api) => api.imports.get(jobId)),
  read: () => readStored(KEY),
  write: (files) => void writeStored(KEY, files),
});

// Leaving the app now would lose the upload; leaving this page of the app does not.
addEventListener("beforeunload", (event) => {
  if (uploads.upload.peek() !== undefined && uploads.attempt.state.peek().kind !== "failed") {
    event.preventDefault();
  }
});
