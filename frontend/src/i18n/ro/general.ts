import type { general as english } from "../en/general";
import type { Translated } from "../translated";

export const general: Translated<typeof english> = {
  "action.save": "Salvează",
  "action.cancel": "Renunță",
  "action.close": "Închide",
  "action.edit": "Modifică",
  "action.delete": "Șterge",
  "action.retry": "Încearcă din nou",
  "action.copy": "Copiază",
  "action.copied": "Copiat",
  "action.previous": "Înapoi",
  "action.next": "Înainte",
  "action.create": "Creează",
  "action.reload": "Reîncarcă",
  "action.more": "Acțiuni",
  "action.csv": "CSV",
  "action.downloadCsv": "Descarcă în format CSV",

  "state.loadFailed": "Nu s-a putut încărca",
  "state.nothingFound": "Nimic nu se potrivește",
  "state.nothingFoundText": "Lărgește căutarea sau filtrele.",
  "state.saved": "Salvat",
  "state.failed": "Nu a mers",
  "state.of": "{{from}}–{{to}} din {{total}}",
  "state.yes": "Da",
  "state.no": "Nu",
  "state.active": "Activ",
  "state.inactive": "Inactiv",
  "state.all": "Toate",

  "error.required": "Completează câmpul",
  "error.email": "Nu este o adresă de e-mail",
  "error.short": "Cel puțin {{count}} caractere",
  "error.mismatch": "Cele două nu sunt la fel",
  "error.positive": "Un număr mai mare ca zero",
  "error.network": "Serverul nu a răspuns.",
};
