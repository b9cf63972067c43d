import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { isLatest } from "../../scripts/release/latest.ts";
import { releasedVersions, releaseNotes } from "../../scripts/release/notes.ts";
import { RELEASES } from "../e2e/releases.ts";

const changelog = readFileSync(join(PROJECT_ROOT, "CHANGELOG.md"), "utf8");

describe("the notes of a release", () => {
  const TEXT =
    "# Changelog\n\n## 0.2.0 (2026-12-01)\n\n### Added\n\n- This.\n\n## 0.1.0\n\nThe first.\n";

  it("are the section of the changelog for the version", () => {
    expect(releaseNotes(TEXT, "v0.2.0", "0.2.0")).toBe("### Added\n\n- This.\n");
    expect(releaseNotes(TEXT, "v0.1.0", "0.1.0")).toBe("The first.\n");
    expect(releasedVersions(TEXT)).toEqual(["0.2.0", "0.1.0"]);
  });

  it("require the tag and the section of the version, and no unreleased entries", () => {
    expect(() => releaseNotes(TEXT, "v0.2.0", "0.2.1")).toThrow(
      "The tag v0.2.0 is not v0.2.1, the version of package.json.",
    );
    expect(() => releaseNotes(TEXT, "v0.3.0", "0.3.0")).toThrow(
      'CHANGELOG.md has no entries under "## 0.3.0": rename "## Unreleased" to that.',
    );
    const more = TEXT.replace("## 0.2.0", "## Unreleased\n\n- That.\n\n## 0.2.0");
    expect(() => releaseNotes(more, "v0.2.0", "0.2.0")).toThrow(
      'has entries under "## Unreleased": move them to "## 0.2.0".',
    );
    const empty = TEXT.replace("## 0.2.0", "## Unreleased\n\n## 0.2.0");
    expect(releaseNotes(empty, "v0.2.0", "0.2.0")).toContain("This.");
  });
});

describe("the released versions", () => {
  it("are those of the changelog, each with its last migration", () => {
    expect(RELEASES.map(({ version }) => version).toReversed()).toEqual(
      releasedVersions(changelog),
    );
    for (const { lastMigration } of RELEASES) {
      expect(existsSync(join(PROJECT_ROOT, "migrations", lastMigration))).toBe(true);
    }
  });

  it("are older than the version of package.json, unless that version is being released", () => {
    const newest = RELEASES.at(-1)?.version ?? "";
    const isReleased = packageJson.version === newest;
    expect(isReleased || /^\d+\.\d+\.\d+-dev$/.test(packageJson.version)).toBe(true);
    expect(packageJson.version.localeCompare(newest, "en", { numeric: true })).toBe(
      isReleased ? 0 : 1,
    );
  });
});

it.each([
  ["v0.2.0", ["v0.1.0", "v0.2.0"], true],
  ["v0.10.0", ["v0.9.1", "v0.10.0"], true],
  ["v0.1.1", ["v0.1.0", "v0.1.1", "v0.2.0"], false],
  ["v0.3.0-rc.1", ["v0.2.0", "v0.3.0-rc.1"], false],
  ["v0.2.0", ["v0.2.0", "v0.3.0-rc.1", "nightly", ""], true],
  ["nightly", ["nightly"], false],
])("%s among %j is the latest: %s", (tag, tags, expected) => {
  expect(isLatest(tag, tags)).toBe(expected);
});
