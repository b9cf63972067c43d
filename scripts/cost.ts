/** `npm run cost`: the arithmetic of docs/COST.md, printed as its tables. A test holds the document to it. */
import { costTables } from "./cost/tables.ts";

console.log(costTables());
