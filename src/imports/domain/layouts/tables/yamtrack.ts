import type { Layout } from "../layout.ts";

/** One file contains books, films, series and games. Scores are out of ten. */
export const YAMTRACK: Layout = {
  format: "yamtrack",
  id: [["source", "media_id"]],
  ratingScale: 10,
  marks: ["media_id", "season_number", "episode_number", "progressed_at"],
  columns: {
    media_id: "extra",
    source: "extra",
    media_type: "media",
    title: "title",
    image: "ignored",
    season_number: "extra",
    episode_number: "extra",
    score: "rating",
    status: "status",
    notes: "notes",
    start_date: "startedAt",
    end_date: "finishedAt",
    progress: "extra",
    created_at: "addedAt",
    progressed_at: "extra",
    repeats: "extra",
  },
};
