import {
  FIRST_VERSIONS,
  INSERT_BOOKS,
  WRITTEN_COLUMNS,
} from "../../src/catalogue/storage/book-row.ts";

/** The minimum that a load has to write: rows of `Books` with their indexes, without search texts. */
const FILL = `
  ${INSERT_BOOKS}
  SELECT ${WRITTEN_COLUMNS.map((name) => `value ->> '${name}'`).join(", ")}, ${FIRST_VERSIONS}
  FROM json_each(?1)`;

/** `POST /` inserts the rows of a JSON list in one statement. */
export default {
  async fetch(request, { DB }): Promise<Response> {
    const from = Date.now();
    await DB.prepare(FILL)
      .bind(await request.text())
      .run();
    return Response.json({ ms: Date.now() - from });
  },
} satisfies ExportedHandler<Env>;
