import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { parseCidr } from '../../../lambda/address';
import { newRecordCounts } from '../../../lambda/flow-log';
import { renderReport } from '../../../lib/cli/report/render-report';
import { readMarkup, sectionOf, textOf } from './markup';
import { ban, fullReport, report, slot, suspect, T0 } from './support';

const SECTIONS = ['headline', 'activity', 'sources', 'map', 'slots', 'bans', 'unseen'];

describe('a full report', () => {
  const page = renderReport(fullReport());
  const { elements, ids, attributes } = readMarkup(page);

  test('has every section, reachable from the top', () => {
    expect([...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id)).toEqual(SECTIONS);
    const links = [...page.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    for (const id of links) expect(ids).toContain(id);
  });

  test('says what was found', () => {
    const text = textOf(page);
    for (const said of [
      '4 sources would have been banned, 5 times in all',
      'None of them is on your allowlist',
      '1 ban found no slot',
      'The breaker would have tripped 1 time',
      'still open at the end of the log: 2 bans held back',
      '3 intervals were lost by AWS',
      '3 lines could not be read',
      'unreadable: address',
      'on the allowlist',
    ])
      expect(text).toContain(said);
  });

  test('needs no network, and its policy forbids it', () => {
    expect(page).not.toMatch(/(?:src|srcset|action|data)="|@import|url\((?!#)/);
    expect(
      [...page.matchAll(/href="([^"]*)"/g)].every(([, to = '']) => /^(?:#|data:image\/svg)/.test(to)),
    ).toBe(true);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-");
  });

  test('the policy names its only script, which is one', () => {
    const scripts = [...page.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, script = '']) => script);
    const [script = ''] = scripts;
    const hash = createHash('sha256').update(script).digest('base64');
    expect(scripts).toHaveLength(1);
    expect(page).toContain(`script-src 'sha256-${hash}';`);
    expect(() => new Script(script)).not.toThrow();
    expect([...attributes].filter((name) => name.startsWith('on'))).toEqual([]);
  });

  test('every drawing is named and described', () => {
    const drawings = [...page.matchAll(/<svg [^>]*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => !tag.includes('aria-hidden'));
    expect(drawings.length).toBeGreaterThanOrEqual(12);
    for (const tag of drawings) {
      const [, title = '', description = ''] = /aria-labelledby="(\S+) (\S+)"/.exec(tag) ?? [];
      expect(tag).toContain('role="img"');
      expect(page).toContain(`<title id="${title}">`);
      expect(page).toContain(`<desc id="${description}">`);
    }
  });

  test('every table has a caption, heads with scope, and a box the keyboard reaches', () => {
    const tables = [...page.matchAll(/<table[\s\S]*?<\/table>/g)].map(([table]) => table);
    expect(tables.length).toBeGreaterThanOrEqual(8);
    for (const table of tables) {
      expect(table).toMatch(/<caption[^>]*>\S/);
      expect(table).not.toMatch(/<th(?![^>]*scope=)[\s>]/);
    }
    expect(page.match(/class="scroll[^"]*" role="region" aria-label="[^"]+" tabindex="0"/g)).toHaveLength(
      tables.length,
    );
  });

  test('ids are unique, and headings step down by one', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(elements.filter((name) => name === 'h1')).toHaveLength(1);
    expect(elements.filter((name) => /^h[3-6]$/.test(name))).toEqual([]);
  });

  test('evidence opens without a script', () => {
    const sources = sectionOf(page, 'sources');
    expect(sources).toMatch(/<details>\s*<summary>4 own addresses that never answered SIP in 1 h<\/summary>/);
    expect(sources).toContain('on evidence that could be forged');
  });

  test('sorts IPv4 before IPv6, by value, with keys that are never taken for numbers', () => {
    const keys = [...sectionOf(page, 'sources').matchAll(/<th scope="row"[^>]*data-v="([^"]*)"/g)].map(
      ([, key = '']) => key,
    );
    expect(keys.every((key) => Number.isNaN(Number(key)))).toBe(true);
    expect([...keys].sort().at(-1)).toContain('v6:');
  });
});

test('the same replay gives the same page, byte for byte', () => {
  expect(renderReport(fullReport())).toBe(renderReport(fullReport()));
  expect(renderReport(fullReport(), { generatedAt: T0 })).toContain(
    'Made <time datetime="2026-11-23T00:00:00.000Z">',
  );
});

test('an IPv6 source shows its address and its /64', () => {
  const sources = textOf(sectionOf(renderReport(fullReport()), 'sources'));
  expect(sources).toContain('2001:db8:1:2::7 all of 2001:db8:1:2::/64');
  expect(textOf(sectionOf(renderReport(fullReport()), 'map'))).toContain('2001:db8:1::/48');
});

test('IPv6 sources alone give a page without a map of IPv4', () => {
  const page = renderReport(
    report({ bans: [ban('2001:db8:1:2::7')], slots: [slot(1, '2001:db8:1:2::/64')] }),
  );
  readMarkup(page);
  expect(sectionOf(page, 'map')).not.toContain('<svg');
});

test('an empty log gives a calm page', () => {
  const page = renderReport(report({ records: { ...newRecordCounts(), sip: 0 }, span: undefined as never }));
  readMarkup(page);
  const text = textOf(page);
  expect(text).toContain('The log is empty: there was nothing to judge.');
  expect(text).toContain('No source was banned.');
  expect(text).not.toMatch(/NaN|Infinity|undefined|1970/);
});

test('a quiet log gives a calm page', () => {
  const text = textOf(renderReport(report()));
  expect(text).toContain('No source would have been banned.');
  expect(text).toContain('Every row of the log could be read');
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
});

test('known callers are on the map, and the closer one is closer to the banned', () => {
  const callers = ['203.0.113.80/32', '203.0.113.81/32', '203.0.113.82/32'];
  const legitimate = callers.map((cidr) => ({ cidr: parseCidr(cidr), cost: Infinity }));
  const map = sectionOf(renderReport(report({ bans: [ban('192.0.2.1')], legitimate })), 'map');
  expect(map.match(/<circle [^>]*class="legitimate"/g)).toHaveLength(1);
  expect(textOf(map)).toContain('203.0.113.0/24 0 0 3');
  expect(map).toContain('1 banned source');
  expect(map).toContain('Closer: 192.0.0.0/20');
});

test('pauses in the log are told, because quiet and blind look alike', () => {
  const gaps = [
    { from: T0, to: T0 + 660 },
    { from: T0 + 900, to: T0 + 900 + 7200 },
  ];
  const unseen = textOf(sectionOf(renderReport(report({ gaps })), 'unseen'));
  expect(unseen).toContain('No record of SIP or media for 2 h 11 min , in 2 pauses of 10 min or more');
  expect(unseen).toMatch(/2026-11-23 00:15:00 2026-11-23 02:15:00 2 h .*2026-11-23 00:00:00/);
  expect(textOf(renderReport(report({ gaps: [] })))).toContain('no pause of 10 min or more');
  expect(textOf(renderReport(report()))).not.toContain('pause');
});

test('false bans come first and by name', () => {
  const page = renderReport(
    report(
      { bans: [ban('192.0.2.1'), ban('203.0.113.9')] },
      { score: { precision: 0.5, recall: 1, falseBans: ['192.0.2.1'] } },
    ),
  );
  expect(textOf(sectionOf(page, 'headline'))).toMatch(/False bans:.*203\.0\.113\.9 192\.0\.2\.1/);
  expect(textOf(page)).toContain('1 ban would touch your allowlist');
});

test('with the packets, the page counts sources and packets instead of evidence', () => {
  const activity = new Map([['192.0.2.1', [{ window: T0, packets: 700 }]]]);
  const page = renderReport(report({ bans: [ban('192.0.2.1')] }, { activity }));
  expect(page).toContain('id="packets-chart"');
  expect(textOf(page)).toContain('from first packet to the first ban');
  expect(renderReport(report({ bans: [ban('192.0.2.1')] }))).toContain('id="evidence-chart"');
});

describe('hostile contents', () => {
  const HOSTILE = `"><img src=x onerror=alert(1)></script></title></style></svg>'&<!--]]>\u202e`;
  const evil = { rule: HOSTILE, detail: HOSTILE, at: T0 + 60, score: 10, forgeable: false };
  const input = fullReport();
  const page = renderReport({
    ...input,
    setup: {
      ...input.setup,
      site: {
        ...input.setup.site,
        ownCidrs: [HOSTILE],
        proxyRanges: [HOSTILE],
        sip: { ports: [5060], rtp: HOSTILE },
      },
    },
    result: {
      ...input.result,
      bans: [
        ban(HOSTILE, {
          key: HOSTILE,
          cidr: '198.51.100.7/32',
          evidence: [evil],
          because: HOSTILE,
          origin: 'operator',
        }),
      ],
      suspects: [suspect(HOSTILE, { key: `${HOSTILE}2`, evidence: [evil], trust: HOSTILE })],
      slots: [slot(1, '198.51.100.7/32')],
      records: { ...input.result.records, malformedByCause: { [HOSTILE]: 3 } as object },
    },
    score: { precision: 1, recall: 1, falseBans: [HOSTILE] },
    activity: new Map([[HOSTILE, [{ window: T0, packets: 5 }]]]),
  });

  test('become no element, no attribute and no end of one', () => {
    const { elements, attributes } = readMarkup(page);
    expect(elements).not.toContain('img');
    expect(elements.filter((name) => name === 'script' || name === 'style')).toEqual(['style', 'script']);
    expect(attributes.has('onerror')).toBe(false);
    expect(page).not.toContain('<!--');
    expect(page).not.toContain('\u202e');
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  test('are shown as the text they are', () => {
    expect(page.match(/&lt;img src=x onerror=alert\(1\)&gt;/g)?.length).toBeGreaterThan(15);
  });
});

describe('10,000 sources', () => {
  const address = (i: number) => `${20 + (i % 170)}.${(i * 7) % 256}.${(i * 13) % 256}.${i % 250}`;
  const sources = [...new Set(Array.from({ length: 12_000 }, (_, i) => address(i)))].slice(0, 10_000);
  const bans = sources.map((source, i) => ban(source, { bannedAt: T0 + (i % 1700), weight: 1 + (i % 97) }));
  const overflow = bans
    .slice(18)
    .map(({ cidr, weight }) => ({ cidr: parseCidr(cidr), weight, forgeable: false, pinned: false }));
  const suspects = Array.from({ length: 3000 }, (_, i) =>
    suspect(`198.18.${i % 256}.${Math.floor(i / 256)}`),
  );
  const slots = bans.slice(0, 18).map(({ cidr }, i) => slot(i + 1, cidr));
  const page = renderReport(report({ bans, suspects, slots, overflow }));

  test('stay a page of bounded size that says what it leaves out', () => {
    expect(sources).toHaveLength(10_000);
    expect(page.length).toBeLessThan(2_500_000);
    expect(readMarkup(page).elements.length).toBeLessThan(30_000);
    const text = textOf(page);
    expect(text).toContain('9,500 more sources not listed: 9,500 bans of them in force');
    expect(text).toContain('2,800 more sources not listed');
    expect(text).toContain('9,982 bans found no slot');
  });
});
