import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { commandsFor, shellWord } from '../../lambda/widget/commands';
import { renderFailure, renderWidget } from '../../lambda/widget/render';
import { readMarkup } from '../cli/report/markup';
import { evidentBan, facts, hostileFacts } from './support';

const LOOK = { theme: 'light', rows: 200 } as const;
const markupOf = (text: string) => readMarkup(renderWidget(hostileFacts(text), LOOK));
const plain = markupOf('plain');

/** Pieces of markup, script and shell, in any order. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '<img src=x onerror=alert(1)>',
        '"><svg onload=alert(1)>',
        "' onclick='alert(1)",
        '</style><style>',
        '</details></code></td></table></div>',
        '<cwdb-action action="call" endpoint="arn:aws:lambda:x">{}</cwdb-action>',
        '<!--',
        '-->',
        ']]>',
        '&lt;b&gt;',
        '\u202e',
        '\u0000',
        '$(reboot)',
        '`reboot`',
        "'; reboot; '",
        '\n',
      ),
      fc.string({ unit: 'grapheme' }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

test('no text in any place adds an element, an attribute or the end of one', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { elements, attributes } = markupOf(text);
      expect(elements).toEqual(plain.elements);
      expect([...attributes].sort()).toEqual([...plain.attributes].sort());
    }),
  );
});

test('nor does the reason of a failure', () => {
  const { elements } = readMarkup(renderFailure('prod', 'plain', 'dark'));
  fc.assert(
    fc.property(hostile, (text) => {
      expect(readMarkup(renderFailure(text, text, 'dark')).elements).toEqual(elements);
    }),
  );
});

test('there is nothing in it that CloudWatch would take out, or that could act', () => {
  expect(
    plain.elements.filter((name) => /^(?:script|iframe|use|object|embed|form|a|cwdb-action)$/.test(name)),
  ).toEqual([]);
  expect([...plain.attributes].filter((name) => /^on|^(?:href|src|style|id)$/.test(name))).toEqual([]);
});

test('a word of a command is one word to a shell, with all of its characters and nothing run', () => {
  const words = fc.sample(hostile, { numRuns: 200, seed: 8 }).map((text) => text.replaceAll('\0', ''));
  const said = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(shellWord).join(' ')}`], {
    encoding: 'utf8',
  });
  expect(said.split('\0').slice(0, -1)).toEqual(words);
});

test('an address needs no quotes, and what looks like an option gets them', () => {
  expect(commandsFor('2001:db8::7', 'prod')[0]?.words.join(' ')).toBe(
    'npx ringfence unban 2001:db8::7 --env prod --because "…"',
  );
  expect(shellWord('--force')).toBe("'--force'");
  expect(shellWord('')).toBe("''");
});

test('stays far below the 6 MB of a Lambda response, whatever the ledger holds', () => {
  const long = 'x'.repeat(5000);
  const one = facts().bans[0];
  const many = Array.from({ length: 5000 }, () => ({
    ...(one ?? { weight: 1, denial: { rules: [], ipSets: [], openNetworkAcls: [] } }),
    ban: evidentBan('198.51.100.7', {
      because: long,
      evidence: Array.from({ length: 50 }, () => ({
        rule: long,
        at: 1,
        detail: long,
        score: 1,
        forgeable: true,
      })),
    }),
  }));
  const markup = renderWidget(facts({ bans: many }), LOOK);
  expect(Buffer.byteLength(markup)).toBeLessThan(1_500_000);
  expect(markup).toContain('4,800 lighter bans not shown');
});
