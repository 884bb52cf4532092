#!/usr/bin/env node
import { main } from '../lib/cli/main';
import { tuneHeap } from '../lib/cli/support/heap';
import { systemReason } from '../lib/cli/support/system-reason';

// The SDK's own switch for its notice that it will need Node 22: meant for us, who pin the SDK, not for who runs this.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// A log of any length in the memory of a small machine.
if (process.argv[2] === 'replay') tuneHeap();

// A reader that goes away (`ringfence … | head`) ends the work, not in an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`ringfence: standard output cannot be written: ${systemReason(error)}\n`);
  process.exit(1);
});
void main(process.argv).then((exitCode) => {
  process.exitCode = exitCode;
});
