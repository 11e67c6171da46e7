const SECONDS = 60;
const WIDTH = 4;
const HEIGHT = 36;

/** The last minute, a bar a second, the newest at the right. */
export function RateBars({ label, perSecond }: { label: string; perSecond: readonly number[] }) {
  const largest = Math.max(...perSecond, 1);
  const first = SECONDS - perSecond.length;
  return (
    <svg role="img" aria-label={label} viewBox={`0 0 ${SECONDS * WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="mt-2 h-9 w-full">
      <rect y={HEIGHT - 1} width={SECONDS * WIDTH} height={1} fill="var(--line)" />
      {perSecond.map((rate, second) => {
        const height = (rate / largest) * HEIGHT;
        return (
          <rect key={first + second} x={(first + second) * WIDTH} y={HEIGHT - height} width={WIDTH - 1} height={height} fill="var(--bar)" />
        );
      })}
    </svg>
  );
}
