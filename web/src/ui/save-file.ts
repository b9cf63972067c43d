/** Saves a text as a file on the user's device. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // By then the browser has started to save.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
