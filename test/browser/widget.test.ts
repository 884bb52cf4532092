import type { Browser } from 'puppeteer-core';
import { renderWidget } from '../../lambda/widget/render';
import { evidentBan, facts, hostileFacts, NOW, reportOf } from '../widget/support';
import { startChromium } from './support/chromium';
import { DESKTOP, openWatched, PHONE, type WatchedPage } from './support/watched-page';

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser.close());

type Theme = 'light' | 'dark';

/** The widget in a page as the console is: with a title above it. */
function openWidget(markup: string, width: number, theme: Theme = 'light'): Promise<WatchedPage> {
  const page = `<!doctype html><html lang="en"><head><title>Dashboard</title></head>
    <body style="margin:0"><main><h1>Dashboard</h1><h2>Blacklist</h2>${markup}</main></body></html>`;
  return openWatched(browser, { markup: page }, { width, scheme: theme });
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)></svg>',
  "' onmouseover='alert(1)' x='",
  '</style></code></summary></details></td></tr></table></div><h1 onclick=alert(1)>owned</h1>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">click</a>',
  '<style>*{background:url(https://example.com/x)}</style>',
  '<cwdb-action action="call" endpoint="arn:aws:lambda:us-east-1:1:function:x">{}</cwdb-action>',
  '<!-- <b>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\u202e\u0000<plaintext>',
];

const elements = 'Array.from(document.querySelectorAll("*"), (element) => element.localName)';

test.each(HOSTILE)(
  '%s in every field is text: nothing runs, nothing is loaded, no element is made',
  async (text) => {
    const look = { theme: 'light', rows: 25 } as const;
    const honest = await openWidget(renderWidget(hostileFacts('honest'), look), DESKTOP);
    const { page, ask, complaints, requests } = await openWidget(
      renderWidget(hostileFacts(text), look),
      DESKTOP,
    );
    await ask.unfold();
    // Whatever waits for the pointer gets it.
    for (const summary of await page.$$('summary')) await summary.hover();
    expect(await page.evaluate(elements)).toEqual(await honest.page.evaluate(elements));
    expect(
      await page.evaluate(
        'document.querySelectorAll("[onerror], [onload], [onclick], [onmouseover]").length',
      ),
    ).toBe(0);
    expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
    const shown = String(await page.evaluate('document.querySelector(".rf tbody th").textContent'));
    // Marks that turn the writing direction are shown as a sign of their own.
    // eslint-disable-next-line no-control-regex
    expect(shown.trim()).toBe(text.replace(/[\u202e\u0000]/g, '\ufffd'));
    await Promise.all([page.close(), honest.page.close()]);
  },
);

const busy = facts({
  bans: Array.from({ length: 30 }, (_, i) => ({
    ban: evidentBan(i % 7 === 3 ? `2001:db8:${i}::7` : `198.51.100.${i}`, {
      expiresAt: NOW + 3600 * (i + 1),
      ...(i === 0 && { origin: 'operator', because: 'toll fraud, ticket 4711' }),
    }),
    weight: 5000 / (i + 1),
    denial: {
      rules:
        i < 18
          ? [
              {
                networkAclId: 'acl-0a1b2c3d4e5f60718',
                ruleNumber: i + 1,
                cidr: `198.51.100.${i}/32`,
                ours: true,
              },
            ]
          : [],
      ipSets: ['banned-ipv4'],
      openNetworkAcls: [],
    },
    ...(i >= 18 && { missing: 'capacity' as const }),
  })),
  report: reportOf({
    overflow: Array.from({ length: 12 }, (_, i) => ({
      source: `198.51.100.${i + 18}`,
      cidr: `198.51.100.${i + 18}/32`,
      weight: 20 - i,
      reason: 'capacity',
      heldBy: 'ip-set',
    })),
    errors: [{ target: 'banned-ipv6', error: 'ReadIncompleteError', message: 'WAFv2 throttled the call' }],
  }),
  feeds: [
    {
      name: 'voipbl',
      from: 'https://voipbl.org/update',
      cidrs: Array(800).fill('x') as string[],
      expiresAt: NOW + 9000,
    },
  ],
  holds: [
    {
      cidr: '203.0.113.9/32',
      at: NOW - 60,
      until: NOW + 86_400,
      by: 'ann',
      because: 'their new PBX, ticket 4712',
    },
  ],
});

describe.each([
  [DESKTOP, 'light'],
  [DESKTOP, 'dark'],
  [588, 'light'],
  [PHONE, 'dark'],
] as const)('at %i pixels in %s', (width, theme) => {
  test('nothing sticks out, and axe finds nothing, with every fold open', async () => {
    const { page, ask, complaints } = await openWidget(renderWidget(busy, { theme, rows: 25 }), width, theme);
    expect(await ask.sideways('html')).toEqual([0]);
    await ask.unfold();
    expect(await ask.sideways('html')).toEqual([0]);
    expect(await ask.violations()).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});

test('evidence and commands open by keyboard', async () => {
  const { page, ask } = await openWidget(renderWidget(busy, { theme: 'light', rows: 25 }), DESKTOP);
  const row = '.rf tbody tr:nth-child(2)';
  expect(await ask.shown(`${row} li, ${row} .rf-line`)).not.toContain(true);
  for (const summary of await page.$$(`${row} summary`)) {
    await summary.focus();
    await page.keyboard.press('Enter');
  }
  expect(await ask.shown(`${row} li, ${row} .rf-line`)).not.toContain(false);
  expect((await ask.texts(`${row} .rf-line`))[0]).toBe(
    'npx ringfence unban 198.51.100.1 --env prod --because "…"',
  );
  await page.close();
});
