import { expect, test } from "vitest";

import { sorted } from "./attach";

const file = (name: string, type: string, size = 10) => new File([new Uint8Array(size)], name, { type });

test("images and PDF are kept, everything else is named", () => {
  const [bill, photo, script] = [file("bill.pdf", "application/pdf"), file("meter.png", "image/png"), file("run.sh", "text/x-sh")];
  expect(sorted([bill], [photo, script])).toEqual({ kept: [bill, photo], refused: ["run.sh"] });
});

test("what is empty, too large or too many is refused before it is sent", () => {
  const many = Array.from({ length: 6 }, (_, index) => file(`${index}.png`, "image/png"));
  expect(sorted([], [file("none.png", "image/png", 0)]).refused).toEqual(["none.png"]);
  expect(sorted([], [file("huge.png", "image/png", (5 << 20) + 1)]).refused).toEqual(["huge.png"]);
  expect(sorted([], many).refused).toEqual(["5.png"]);
});
