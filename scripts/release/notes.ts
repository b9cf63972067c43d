import { LaunchError } from "../local/launch-error.ts";

const UNRELEASED = "Unreleased";

/**
 * Released versions in a changelog, newest first. Its sections are `## 0.2.0`, optionally followed
 * by a date.
 */
export const releasedVersions = (changelog: string): string[] =>
  sectionsOf(changelog)
    .map(({ title }) => title)
    .filter((title) => title !== UNRELEASED);

/**
 * The notes of a release: its section of the changelog.
 * @param tag the git tag, `v` and the version
 * @param version of package.json
 * @throws LaunchError if they do not match, or if the changelog lacks the section or has unreleased
 * entries
 */
export function releaseNotes(changelog: string, tag: string, version: string): string {
  if (tag !== `v${version}`) {
    throw new LaunchError(`The tag ${tag} is not v${version}, the version of package.json.`);
  }
  const sections = sectionsOf(changelog);
  const notes = sections.find(({ title }) => title === version)?.text;
  if (notes === undefined || notes === "") {
    throw new LaunchError(
      `CHANGELOG.md has no entries under "## ${version}": rename "## ${UNRELEASED}" to that.`,
    );
  }
  if (sections.some(({ title, text }) => title === UNRELEASED && text !== "")) {
    throw new LaunchError(
      `CHANGELOG.md has entries under "## ${UNRELEASED}": move them to "## ${version}".`,
    );
  }
  return `${notes}\n`;
}

function sectionsOf(changelog: string): { title: string; text: string }[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = "", ...lines] = section.split("\n");
      return { title: heading.split(" ")[0] ?? "", text: lines.join("\n").trim() };
    });
}
