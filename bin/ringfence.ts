#!/usr/bin/env node
import { main } from '../lib/cli/main';

// The SDK's own switch for its notice that it will need Node 22: meant for us, who pin the SDK, not for who runs this.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

// A reader that goes away (`ringfence … | head`) ends the work, not in an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});
void main(process.argv).then((exitCode) => {
  process.exitCode = exitCode;
});
