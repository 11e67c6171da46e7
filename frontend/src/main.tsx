import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "@/app/app";
import { startLanguages } from "@/i18n";
import { refresh } from "@/api/refresh";
import "./styles.css";

void refresh();
void startLanguages().then(() => {
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
});
