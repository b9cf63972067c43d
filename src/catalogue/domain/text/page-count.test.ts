import { describe, expect, it } from "vitest";
import { toPageCount, toPagination } from "./page-count.ts";

describe("toPagination", () => {
  it.each([
    ["xvi, 521 p.", 521],
    ["v, 345, [12] p.", 345],
    ["v, [3], 200 p.", 200],
    ["VIII, 212 S. : Ill., graph. Darst. ; 21 cm", 212],
    ["317 p. : couv. ill. en coul. ; 18 cm", 317],
    ["245 p., [4] h. de lám.", 245],
    ["XXIII, 401 pagine", 401],
    ["412 σελίδες", 412],
    ["256 sivua", 256],
    ["416 oldal : ill.", 416],
    ["256 o.", 256],
    ["310 lpp. : il.", 310],
    ["312 sayfa", 312],
    ["xx, 312 hlm.", 312],
    ["312 trang", 312],
    ["287쪽", 287],
    ["287ページ ; 19cm", 287],
    ["312 หน้า", 312],
    ["٣١٢ ص. ؛ 24 سم", 312],
    ["۳۱۲ ص", 312],
    ["312 עמ'", 312],
    ["Bd. 1: 345 S.", 345],
    ["v. 2. xiv, 321 p.", 321],
    ["iv, [1], 321 p., 1 folded map", 321],
    ["321 p., 2 posters", 321],
    ["3 p. l., 5-336 p.", 336],
    ["321 numb. ℓ.", 321],
    ["2 v. (xxxii, 1568, [3] p.)", 1568],
    ["xvi, 521 p. : ill. ; 22 cm.", 521],
    ["xvi,521p.", 521],
    ["521 p. ;", 521],
    ["521 pages", 521],
    ["521 Seiten", 521],
    ["521 S.", 521],
    ["521 с.", 521],
    ["[521] p.", 521],
    ["viii, 521, [3] p.", 521],
    ["xi, 188 p., [16] p. of plates :", 188],
    ["188 p., [8] leaves of plates", 188],
    ["2 v. (1200 p.)", 1200],
    ["2 v. (xvi, 1200 pages)", 1200],
    ["3 volumes (1,204 pages)", 1204],
    ["1 online resource (xii, 345 pages)", 345],
    ["1 online resource (345 p.)", 345],
    ["120 leaves", 120],
    ["1,204 p.", 1204],
    ["ca. 300 p.", 300],
    ["c300 p.", 300],
    ["pages: 320", 320],
    ["320", 320],
    ["xxiv, 320", 320],
    ["lxiv p.", 64],
    ["15, 230 p.", 230],
    ["32 unnumbered pages", 32],
    ["320 p. + 1 CD-ROM", 320],
  ])("%s has %d", (text, pages) => {
    expect(toPagination(text)).toBe(pages);
  });

  it.each([
    "2 Bde. (455, 512 S.)",
    "3 vol. (512, 498, 530 p.)",
    "12 p. l.",
    undefined,
    "",
    "1 v. (unpaged)",
    "1 v. (unpaged) :",
    "2 v.",
    "3 vols.",
    "v. <1-3>",
    "v. ;",
    "1 v. (various pagings)",
    "1 volume (various pagings)",
    "10 sound discs (12 hr.)",
    "10 sound discs",
    "2 audio discs (150 min.)",
    "1 CD-ROM",
    "3 CDs",
    "1 videocassette (90 min.)",
    "1 map",
    "p. cm.",
    "p. 225-229",
    "pp. 225–229",
    "2 v. (x, 500; xi, 600 p.)",
    "unpaged",
    "1 online resource",
    "22 cm",
    "many",
    "0 p.",
    "999999 p.",
  ])("%j states no number of pages", (text) => {
    expect(toPagination(text)).toBeUndefined();
  });
});

describe("toPageCount", () => {
  it.each<[unknown, number]>([
    [320, 320],
    ["320", 320],
    ["320 p.", 320],
    ["xii, 320 p.", 320],
    ["0320", 320],
    [[320], 320],
    ["1,024", 1024],
  ])("%j is %d", (value, pages) => {
    expect(toPageCount(value)).toBe(pages);
  });

  it.each([
    undefined,
    null,
    0,
    "0",
    -5,
    3.5,
    "3.5",
    Number.NaN,
    1e9,
    999_999,
    "2 v.",
    "10 sound discs",
    "many",
    {},
    true,
  ])("%j is not a page count", (value) => {
    expect(toPageCount(value)).toBeUndefined();
  });
});
