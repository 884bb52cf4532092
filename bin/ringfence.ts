#!/usr/bin/env node
import { main } from '../lib/cli/main';

// A reader that goes away (`ringfence … | head`) ends the work, not in an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
void main(process.argv).then((exitCode) => {
  process.exitCode = exitCode;
});
