import pairs from "opencc-js/dict/TSCharacters";

let table: ReadonlyMap<string, string> | undefined;

/** The simplified form of a Chinese character; any other letter unchanged. */
export function simplified(letter: string): string {
  if (letter < "\u3400") return letter;
  // Parsed at the first Chinese letter, because most isolates never see one.
  table ??= new Map(
    pairs.split("|").flatMap((pair) => {
      const [traditional = "", plain = ""] = pair.split(" ");
      return plain === "" ? [] : [[traditional, plain] as const];
    }),
  );
  return table.get(letter) ?? letter;
}
