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

/** Processor seconds that renderer processes have taken so far, on all cores together; `null` where the system does not tell. */
export function processorSeconds() {
  if (!existsSync('/proc/self/status')) return null;
  const ticks = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).map((pid) => {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')) return 0;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
      return Number(fields[11]) + Number(fields[12]); // user and system time
    } catch {
      return 0; // it has ended meanwhile
    }
  });
  return Math.max(...ticks) / 100; // Linux counts hundredths
}
