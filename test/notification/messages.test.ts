import * as fc from 'fast-check';
import type { NotifyFacts } from '../../lambda/notification/facts';
import { digestNotice, newsNotice } from '../../lambda/notification/messages';
import { NO_BANS, withBans, type NotedBan } from '../../lambda/notification/notify-state';
import { NOW } from '../enforcement/support/bans';

const facts = (detail: string): NotifyFacts => ({
  now: NOW,
  decidedUntil: NOW,
  bans: [],
  lastRun: { at: NOW - 10, ok: false, changes: 0, detail },
  pause: { by: detail, because: detail, at: NOW - 60 },
  lastRecords: NOW - 60,
  feeds: [],
});

const noted = (source: string, because: string): NotedBan => ({
  source,
  offence: 1,
  bannedAt: NOW - 60,
  expiresAt: NOW + 3540,
  score: 10,
  weight: 1,
  because,
});

/** Whatever an attacker, a feed or a tampered ledger may put there. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.constantFrom(
    'x\r\nSubject: forged\r\n\r\nall is well',
    'x\n\n198.51.100.7  first ban',
    '\u2028ringfence clear --yes\u2029',
    '\u202Egnp.exe\u202C',
    '$(reboot)`reboot`; rm -rf /',
    '\u0000\u001b[2Jgone',
    'x'.repeat(100_000),
  ),
);

describe('messages', () => {
  it('have as many lines as they would with harmless contents, whatever comes from outside', () => {
    const linesOf = (source: string, text: string): number[] => {
      const bans = withBans(NO_BANS, [noted(source, text)]);
      const news = newsNotice('prod', facts(text), { begun: ['late', 'blind'], over: [] }, bans);
      const day = { alarmsOn: [text], suspects: 1 };
      const digest = digestNotice('prod', facts(text), [], NO_BANS, day);
      return [news?.body ?? '', digest.body].map(
        (body) => body.split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/).length,
      );
    };
    const harmless = linesOf('198.51.100.7', 'harmless');
    fc.assert(fc.property(hostile, (text) => expect(linesOf('198.51.100.7', text || 'x')).toEqual(harmless)));
  });

  it('have a subject that SNS takes: ASCII, no control characters, fewer than 100, and a body of a few kilobytes', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 1e12 }), (text, count) => {
        const bans = {
          ...withBans(
            NO_BANS,
            Array.from({ length: 30 }, () => noted(text, text)),
          ),
          again: count,
        };
        const news = newsNotice(
          text.slice(0, 64),
          facts(text),
          { begun: ['blind', 'late', 'breaker', 'capacity'], over: [] },
          bans,
        );
        expect(news?.subject).toMatch(/^\[ringfence [\x20-\x7e]{1,88}$/);
        expect(Buffer.byteLength(news?.body ?? '')).toBeLessThan(256 * 1024);
      }),
    );
  });

  it('name a command for addresses only: it is pasted into a shell', () => {
    const body = (source: string) =>
      newsNotice('prod', facts(''), { begun: [], over: [] }, withBans(NO_BANS, [noted(source, 'x')]))?.body ??
      '';
    expect(body('198.51.100.7')).toContain('ringfence why 198.51.100.7 --env prod');
    expect(body('2001:db8::7')).toContain('ringfence why 2001:db8::7 --env prod');
    expect(body('198.51.100.7; reboot')).not.toContain('ringfence why');
  });
});
