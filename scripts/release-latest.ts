/**
 * `git tag | node scripts/release-latest.ts TAG`: prints `true` if the tag is the newest version,
 * otherwise `false`.
 */
import { text } from "node:stream/consumers";
import { isLatest } from "./release/latest.ts";

const tags = (await text(process.stdin)).split("\n");
console.log(isLatest(process.argv[2] ?? "", tags));
