import {
  type Actor,
  type Attempt,
  enumerator,
  ghostCaller,
  goodPhone,
  guesser,
  HOUR,
  listWorker,
  MINUTE,
  type Random,
  steady,
  wrongPhone,
} from './attempts';

type Play = (random: Random) => readonly Attempt[];

/** What attackers do, with the pace of the tools or slower. */
const ATTACKS: Readonly<Record<string, Play>> = {
  'svcrack, 176 a second': (random) => guesser(1 / 176, 53, false, random),
  'svcrack -t 2, 30 a minute': (random) => guesser(2, HOUR, false, random),
  'svcrack, 15 a minute': (random) => guesser(4, 2 * HOUR, false, random),
  'svcrack, 8 a minute': (random) => guesser(7.5, 2 * HOUR, false, random),
  'svcrack, 4 a minute': (random) => guesser(15, 4 * HOUR, false, random),
  'svcrack, 1 a minute': (random) => guesser(60, 4 * HOUR, false, random),
  'guesser that asks anew, 30 a minute': (random) => guesser(2, HOUR, true, random),
  'guesser that asks anew, 10 a minute': (random) => guesser(6, 4 * HOUR, true, random),
  'svwar, 3 a second': (random) => enumerator(1 / 3, 5 * MINUTE, random),
  'svwar, one in 10 minutes': (random) => enumerator(600, 4 * HOUR, random),
  'list of accounts, 3 tries each, 1 a minute': (random) => listWorker(60, 3, 4 * HOUR, random),
  'list of accounts, 1 try each, 1 in 10 minutes': (random) => listWorker(600, 1, 4 * HOUR, random),
  'svmap, one request': () => [{ at: 60, outcome: 'scanner', name: 'friendly-scanner', isChallenged: false }],
  'ghost calls to 100, 1000, 900…': (random) =>
    ghostCaller(['100', '1000', '9001', '900441519470495'], 300, random),
};

/** Accounts of an office. */
const office = (count: number, play: (account: string, i: number) => readonly Attempt[]): Attempt[] =>
  Array.from({ length: count }, (_, i) => play(String(300 + i), i)).flat();

/** What looks like an attack and is none. */
const LOOK_ALIKES: Readonly<Record<string, Play>> = {
  ...Object.fromEntries(
    [3, 4, 6, 10, 20, 30, 60, 120, 300].map((every) => [
      `phone with a wrong password, every ${every} s`,
      (random: Random) => wrongPhone('101', every, false, random),
    ]),
  ),
  ...Object.fromEntries(
    [20, 30, 60].map((every) => [
      `phone with a wrong password that keeps the challenge, every ${every} s`,
      (random: Random) => wrongPhone('101', every, true, random),
    ]),
  ),
  'phone whose password was changed': (random) => [
    ...goodPhone('101', 60, random).filter(({ at }) => at < HOUR),
    ...wrongPhone('101', 4, false, random, HOUR),
  ],
  'somebody who types it wrong four times': (random) => [
    ...wrongPhone('101', 8, false, random, 0, 32),
    ...goodPhone('101', 60, random, 60),
  ],
  'new office, 30 phones with wrong passwords': (random) =>
    office(30, (account) => wrongPhone(account, 20, false, random, 60 * random())),
  'new office, 12 phones with wrong passwords, switched on one by one': (random) =>
    office(12, (account, i) => wrongPhone(account, 30, false, random, i * 10 * MINUTE)),
  'new office, 12 phones put right one by one': (random) =>
    office(12, (account, i) => [
      ...wrongPhone(account, 30, false, random, 0, (i + 1) * 10 * MINUTE),
      ...goodPhone(account, 60, random, (i + 1) * 10 * MINUTE + 30),
    ]),
  'office of 30, 5 with wrong passwords': (random) =>
    office(30, (account, i) =>
      i < 5 ? wrongPhone(account, 20, false, random, 10 * MINUTE) : goodPhone(account, 60, random),
    ),
  'phone of four lines whose accounts were removed': (random) =>
    ['401', '402', '403', '404'].flatMap((account) => steady('unknown', account, 60, random)),
  'carrier at a new address, 40 calls an hour': (random) => steady('stranger', '', 90, random),
  'monitor without an account': (random) => steady('stranger', '', 30, random),
  'trunk with one wrong number': (random) => steady('call', '6129990000', 1800, random),
  'phones that register': (random) => office(10, (account) => goodPhone(account, 60, random)),
};

/** Everybody, as many times as said, each time with other moments. */
export function actors(copies: number, random: Random): Actor[] {
  const made = (plays: Readonly<Record<string, Play>>, isAttack: boolean) =>
    Object.entries(plays).flatMap(([name, play]) =>
      Array.from({ length: copies }, () => ({ name, isAttack, attempts: play(random) })),
    );
  return [...made(ATTACKS, true), ...made(LOOK_ALIKES, false)];
}
