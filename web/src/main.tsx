import "./style/base.css";
import "./style/tokens.css";
import "./style/shell.css";
import "./style/components.css";
import { render } from "preact";
import { App } from "./app.tsx";
import { watchSession } from "./state/api.ts";
import { watchConnection } from "./state/connection.ts";
import { resumeImport } from "./state/running-import.ts";
import { startPreferences } from "./state/preferences.ts";
import { noteMissingChunk, watchUpdates } from "./state/update.ts";
import { loadIcons } from "./ui/icon.tsx";

await startPreferences();
watchConnection(window);
watchSession(window);
const root = document.getElementById("app");
if (root) render(<App />, root);
// After the page, which has priority on the network.
loadIcons().catch(noteMissingChunk);
if (root) {
  import("./ui/kept-focus.ts").then(({ keepFocus }) => keepFocus(root), noteMissingChunk);
}
void watchUpdates(window);
void resumeImport();
