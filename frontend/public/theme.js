// Before anything is painted: no flash of the other theme. A file of its own, because the policy allows no inline script.
try {
  const chosen = localStorage.getItem("kilowatch.theme");
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
} catch {
  // Without storage the light theme it is.
}
