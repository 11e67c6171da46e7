import type { session as english } from "../en/session";
import type { Translated } from "../translated";

export const session: Translated<typeof english> = {
  "signIn.title": "Autentificare",
  "signIn.email": "E-mail",
  "signIn.password": "Parolă",
  "signIn.submit": "Intră în cont",
  "signIn.code": "Cod",
  "signIn.codeHint": "Din aplicația de autentificare sau un cod de recuperare.",
  "signIn.codeTitle": "Încă un pas",
  "signIn.back": "Folosește alt cont",
  "signIn.forgot": "Ai uitat parola?",
  "signIn.demo": "Conturi demonstrative",
  "signIn.demoHint": "Alege unul și ești autentificat.",
  "signIn.demoGone": "{{email}} nu mai e un cont demonstrativ: a fost șters sau are altă parolă. Alege altul.",
  "signIn.show": "Arată parola",
  "signIn.hide": "Ascunde parola",

  "reset.title": "O parolă nouă",
  "reset.text": "Dacă există un cont cu această adresă, primește un link. Unde nu e configurat e-mailul, cere unul de la un administrator.",
  "reset.submit": "Trimite linkul",

  "link.invitation": "Bine ai venit, {{name}}",
  "link.reset": "O parolă nouă pentru {{name}}",
  "link.text": "Alege parola pentru {{email}}.",
  "link.invalid": "Linkul nu mai este valabil",
  "link.invalidText": "Linkurile merg o singură dată și un timp limitat. Cere unul nou.",
  "link.done": "Parola e setată. Intră în cont cu ea.",
  "link.new": "Parola nouă",
  "link.repeat": "Încă o dată",
  "link.rules": "Cel puțin 12 caractere; câteva cuvinte fără legătură se țin minte ușor și se ghicesc greu.",
};
