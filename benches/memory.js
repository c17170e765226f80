import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** Largest peak of a renderer process so far, workers included, in megabytes; `null` where the system does not tell (all but Linux). */
export function peakMemory() {
  if (!existsSync('/proc/self/status')) return null;
  const peaks = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).map((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return 0;
      return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    } catch {
      return 0; // it has ended meanwhile
    }
  });
  return Math.round(Math.max(...peaks) / 1024);
}
