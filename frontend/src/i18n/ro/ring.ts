import type { ring as english } from "../en/ring";
import type { Translated } from "../translated";

export const ring: Translated<typeof english> = {
  "ring.title": "Inel",
  "ring.text": "Fiecare partiție a dispozitivelor e prelucrată de o singură replică; concesiunea spune de care, epoca de câte ori a trecut la alta.",
  "ring.replica": "Replică",
  "ring.standing": "Stare",
  "ring.holds": "Ține",
  "ring.seen": "Văzută",
  "ring.partitions": "Partiții",
  "ring.partition": "Partiția {{number}}",
  "ring.nobody": "nimeni",
  "ring.changes": "Cine a venit și a plecat",
  "ring.moves": "Mutări",
  "ring.joined": "a venit",
  "ring.left": "a plecat",
  "ring.lost": "s-a pierdut",
  "ring.moved": "mutate: {{moved}}, de așteptat: {{expected}}",
  "ring.forced": "preluată",
  "ring.noMoves": "Încă nicio partiție mutată",
  "ring.drawing": "Partiții: {{partitions}}; replici: {{replicas}}",
  "ring.epoch": "Epocă",
  "ring.left_s": "Expiră în",
  "ring.from": "de la {{name}}",
  "ringStanding.member": "membră",
  "ringStanding.leaving": "pleacă",
  "ringStanding.out": "plecată",
};
