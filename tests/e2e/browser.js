import { existsSync } from 'node:fs';

/** Debian's and other systems' Chromium; without one, Playwright's own. No calls home, as tests run without network. */
export const launchOptions = {
  executablePath: [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path)),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};
