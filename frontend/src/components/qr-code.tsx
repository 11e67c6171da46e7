import qrcode from "qrcode-generator";

/** For a camera. Black on white in either theme: not every reader knows it the other way round. */
export default function QrCode({ text, label }: { text: string; label: string }) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const dark = Array.from({ length: size * size }, (_, at) => [Math.floor(at / size), at % size] as const).filter(([row, column]) =>
    code.isDark(row, column),
  );
  return (
    <svg viewBox={`-2 -2 ${size + 4} ${size + 4}`} className="mx-auto size-44 rounded-lg bg-white" role="img" aria-label={label}>
      <path d={dark.map(([row, column]) => `M${column} ${row}h1v1h-1z`).join("")} fill="#000" />
    </svg>
  );
}
