/** `git tag | node scripts/release-latest.ts TAG`: prints whether the tag is of the newest version, `true` or `false`. */
import { text } from "node:stream/consumers";
import { isLatest } from "./release/latest.ts";

const tags = (await text(process.stdin)).split("\n");
console.log(isLatest(process.argv[2] ?? "", tags));
