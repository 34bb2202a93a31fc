/** The million buckets of a draw as a bar, with its ranges and the bucket of the visitor. */

import { grouped } from "../text.js";

const BUCKETS = 1_000_000;

interface BarRange {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly tone: number;
}

export function BucketBar({ bucket, ranges }: { bucket: number | undefined; ranges: readonly BarRange[] }) {
  return (
    <div class="bucket">
      <div class="bucket-bar" aria-hidden="true">
        {ranges.map(({ from, to, tone }) => (
          <span
            key={`${from} ${to}`}
            class="bucket-range"
            data-tone={tone}
            style={{ left: share(from), width: share(to - from) }}
          />
        ))}
        {bucket !== undefined && <span class="bucket-mark" style={{ left: share(bucket) }} />}
      </div>
      <p class="bucket-text">
        <span class="bucket-own">{bucket === undefined ? "no bucket" : `bucket ${grouped(bucket)}`}</span>
        {ranges.map(({ from, to, name, tone }) => (
          <span
            key={`${from} ${to}`}
            class="bucket-name"
            data-tone={tone}
            data-in={bucket !== undefined && bucket >= from && bucket < to}
          >
            {name} {grouped(from)} to {grouped(to)}
          </span>
        ))}
      </p>
    </div>
  );
}

function share(buckets: number): string {
  return `${(100 * buckets) / BUCKETS}%`;
}
