/** Starts the playground. */

import { render } from "preact";
import { App } from "./app.js";
import { startCounting } from "./crowd/counting.js";
import { EXAMPLES } from "./examples/examples.js";
import { followAddress, opened } from "./link/address.js";
import { keepOffline } from "./offline/register.js";
import { start } from "./serving.js";
import { followTheme } from "./theme.js";

followTheme();
await start((await opened()) ?? EXAMPLES[0].state);
startCounting();
followAddress();
const place = document.getElementById("app");
if (place) {
  place.replaceChildren();
  render(<App />, place);
}
keepOffline();
