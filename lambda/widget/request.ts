import * as z from '../schema';

/** What CloudWatch asks of the widget. */
export interface WidgetRequest {
  /** Whether the documentation is wanted instead, as the console's editor asks for it. */
  readonly describe: boolean;
  readonly rows: number;
  readonly theme: 'light' | 'dark';
}

const DEFAULT_ROWS = 25;
/** A page of a book: more is what `ringfence list` is for. */
const MOST_ROWS = 200;

/** A parameter of the widget that cannot be meant. The message names it, the value and the bound. */
export class WidgetRequestError extends Error {
  override readonly name = 'WidgetRequestError';
}

const EVENT = z.object({
  describe: z._default(z.boolean(), false),
  rows: z._default(z.int().check(z.minimum(1), z.maximum(MOST_ROWS)), DEFAULT_ROWS),
  // Only what is used; the console sends more, and more with time (*Details about custom widgets*).
  widgetContext: z._default(z.object({ theme: z._default(z.string(), 'light') }), { theme: 'light' }),
});

/** @throws WidgetRequestError naming the parameter, the value and the bound */
export function parseWidgetRequest(event: unknown): WidgetRequest {
  const parsed = EVENT.safeParse(event ?? {});
  if (!parsed.success) {
    throw new WidgetRequestError(
      `the widget's parameters: ${z.prettifyError(parsed.error)}. rows is a number from 1 to ${MOST_ROWS}, and the only one`,
    );
  }
  const { describe, rows, widgetContext } = parsed.data;
  return { describe, rows, theme: widgetContext.theme === 'dark' ? 'dark' : 'light' };
}

/** The documentation, in Markdown. */
export const DESCRIPTION = `## Ringfence blacklist
Bans in force with their evidence, the network ACL's slots, what found no slot, and the last reconcile, read from the
ledger and the network ACL each time. It changes nothing: beside each ban stand the commands that would.

### Parameters
| Parameter | Meaning |
|---|---|
| **rows** | most bans in the table, 1 to ${MOST_ROWS} (default ${DEFAULT_ROWS}) |

### Example
\`\`\` yaml
rows: 50
\`\`\`
`;
