import { env } from "cloudflare:workers";

/** Adds a row to a user's review queue, as an import would. */
export async function queueRow(
  userId: string,
  given: {
    id: string;
    title?: string;
    authors?: string[];
    entry?: object;
    raw?: object;
    jobId?: string;
    /** In seconds since the epoch. */
    addedAt?: number;
    createdAt?: number;
  },
): Promise<void> {
  const {
    id,
    title,
    authors = [],
    addedAt = null,
    createdAt = 1,
    jobId = "job-1",
    raw = { Title: title ?? "" },
    entry = { status: "completed", rating: 4.5 },
  } = given;
  await env.DB.prepare(
    `INSERT INTO ReviewQueue
       (id, user_id, row_hash, job_id, row, title, authors, entry, raw, reason, candidates, created_at, added_at)
     VALUES (?1, ?2, ?1, ?11, 7, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
  )
    .bind(
      id,
      userId,
      title ?? null,
      JSON.stringify(authors),
      JSON.stringify(entry),
      JSON.stringify(raw),
      JSON.stringify({ code: "AMBIGUOUS_TITLE", text: "Several editions fit." }),
      JSON.stringify([{ isbn: "9780441172719", title: "Dune", authors: ["F"], score: 0.8 }]),
      createdAt,
      addedAt,
      jobId,
    )
    .run();
}
