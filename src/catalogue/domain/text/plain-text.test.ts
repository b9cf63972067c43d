import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toPlainText } from "./plain-text.ts";

describe("toPlainText", () => {
  it.each([
    ["plain text", "plain text"],
    ["A story of 200 pages about love.", "A story of 200 pages about love."],
    ["Text ([source](http://x.y))", "Text"],
    ["Text.\n\n([Wikipedia][1])\n\n[1]: https://x.y/wiki", "Text."],
    ["<p>One.</p><p>Two.</p>", "One.\n\nTwo."],
    ["One.<br>Two.<BR/>Three.<br />Four.", "One.\nTwo.\nThree.\nFour."],
    ["<b>Bold</b> and <i>slanted</i>", "Bold and slanted"],
    ["<ul><li>a</li><li>b</li></ul>", "a\n\nb"],
    ["Tom &amp; Jerry &lt;3", "Tom & Jerry <3"],
    ["It&#39;s &#x201C;here&#8221;&hellip;", "It's “here”…"],
    ["caf&eacute; &Eacute;t&eacute; &nbsp; &euro;5", "café Été €5"],
    ["&Omega; &notin; &AMP; &lt without a semicolon", "Ω ∉ & &lt without a semicolon"],
    ["The caf\u00C3\u00A9\u00E2\u20AC\u2122s\u200B end", "The café’s end"],
    ["Line one\r\n\r\nLine two ([source][1])\r\n\r\n\r\n  [1]: http://x.y", "Line one\n\nLine two"],
    [
      "See [the site](https://x.y/z) and [its list][2].\n\n[2]: http://x.y/list",
      "See the site and its list.",
    ],
    ["A novel.\n\n----------\nAlso contained in:\n\n - [Two][1]\n\n[1]: http://x.y", "A novel."],
    ["A novel.\n\n----------\nA second part.", "A novel.\n\nA second part."],
    ["A novel.\n\n[source](https://x.y/z)", "A novel."],
    ["A novel. [Source: the publisher]", "A novel."],
    ["A novel. ([Wikipedia](https://x.y/wiki/Dune))", "A novel."],
    ["A **bold** novel, **all of** it", "A bold novel, all of it"],
    ["*A* bold *novel*, rated 5*", "A bold novel, rated 5*"],
    ["2 * 3 * 4 and 5*6*7", "2 * 3 * 4 and 5*6*7"],
    ["2**3**4 and __init__.py", "2**3**4 and __init__.py"],
    ["&#0000000000000000000000000065;", "A"],
    ["windows &#146;quote&#146;", "windows ’quote’"],
    ["not &a; name &unknown; &", "not &a; name &unknown; &"],
    ["x&#0;&#xD800;&#x110000;", "x\uFFFD\uFFFD\uFFFD"],
    ["a < b and <3", "a < b and <3"],
    ["cut off <b", "cut off <b"],
    ["x<script>alert('<p>')</script>y<style>p{}</style>z", "xyz"],
    ["x<SCRIPT>never closed", "x"],
    ["İ<script>1</script>y", "İy"],
    ["a<!-- <p>hidden</p> -->b", "ab"],
    ["a<!-- never closed", "a"],
    [
      "&lt;p&gt;Escaped&lt;/p&gt;&lt;p&gt;twice &amp;amp; more&lt;/p&gt;",
      "Escaped\n\ntwice & more",
    ],
    ["Windows\r\nlines\rhere", "Windows\nlines\nhere"],
    ["one\n\n\n\n\ntwo", "one\n\ntwo"],
    ["  spaces \t and\u00A0more  ", "spaces and more"],
    ["nul\u0000 bell\u0007 escape\u001B[31m", "nul bell escape[31m"],
    ["half \uD83D pair", "half \uFFFD pair"],
  ])("%j becomes %j", (markup, text) => {
    expect(toPlainText(markup)).toBe(text);
  });

  it("reads Open Library's wrapped text", () => {
    expect(toPlainText({ type: "/type/text", value: "A <i>novel</i>." })).toBe("A novel.");
  });

  it.each([
    '"A Tor book."',
    "Spine title: X.",
    "At head of title: X.",
    "Thesis (Ph.D.)--Harvard University, 1990.",
    "p. cm.",
    "No summary available.",
    "Coming soon",
    '"A Borzoi book"--T.p. verso.',
    '"First published in Great Britain by Cape, 1990"--T.p. verso.',
    "Reprint. Originally published: New York : Knopf, 1950.",
    "Translated from the French.",
    "Ill. on lining papers.",
    "Book description not available.",
    undefined,
    null,
    true,
    [],
    {},
    { value: 7 },
    "",
    "   ",
    "<p></p>",
    "<br>",
    "&nbsp;",
    "xvi, 521 p. ; 22 cm",
    "2 v. ; 25 cm.",
    "521 pages",
    "N/A",
    "No description available.",
    "Includes index.",
    "Includes bibliographical references (p. 200-210) and index.",
    "Originally published: London : Cape, 1990.",
  ])("%j has no text", (value) => {
    expect(toPlainText(value)).toBeUndefined();
  });

  it("truncates text that is too long for a row, between characters", () => {
    const text = toPlainText(`x${"😀".repeat(60_000)}`) ?? "";
    expect(text).toHaveLength(49_999);
    expect(text).not.toMatch(/\p{Cs}/u);
  });

  it.each([
    "<",
    "<a",
    "<a <",
    "<!--",
    "<script>",
    "<script></script>",
    "&",
    "&#",
    "&#1",
    "&a",
    "&lt;p",
    "**a",
    "([a](",
    "----\n",
    " ",
    "\n",
  ])("reads 200,000 repetitions of %j in linear time", (unit) => {
    // Quadratic work would be 10^10 steps here and exceed the test's time limit.
    expect(() => toPlainText(unit.repeat(200_000))).not.toThrow();
  });

  it("creates no control characters or surrounding spaces, whatever the markup", () => {
    const piece = fc.constantFrom(
      "<",
      ">",
      "/",
      "p",
      "br",
      "&lt;",
      "&gt;",
      "&amp;",
      " ",
      "\u0000",
      "x",
      "\n",
      "-->",
      "<!--",
      "<script>",
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join("")),
        (markup) => {
          const text = toPlainText(markup) ?? "";
          expect(text).not.toMatch(/[^\P{Cc}\n]/u);
          expect(text).toBe(text.trim());
        },
      ),
    );
  });
});
