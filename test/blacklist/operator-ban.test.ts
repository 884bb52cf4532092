import { AddressError } from '../../lambda/address';
import { cidrKey } from '../../lambda/blacklist/ban';
import { banTarget, operatorBan } from '../../lambda/blacklist/operator-ban';
import { sourceKey } from '../../lambda/detection/source-key';
import { DAY, T0, ban } from './values';

test.each([
  ['198.51.100.7', '198.51.100.7', '198.51.100.7/32'],
  ['198.51.100.7/32', '198.51.100.7', '198.51.100.7/32'],
  ['198.51.100.0/24', '198.51.100.0/24', '198.51.100.0/24'],
  ['::ffff:198.51.100.7', '198.51.100.7', '198.51.100.7/32'],
  ['2001:DB8:1:2::7', '2001:db8:1:2::/64', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::/64', '2001:db8:1:2::/64', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::7/128', '2001:db8:1:2::7/128', '2001:db8:1:2::7/128'],
  ['2001:db8::/48', '2001:db8::/48', '2001:db8::/48'],
])('%s is kept as %s and covers %s', (target, key, cidr) => {
  expect(banTarget(target)).toEqual({ key, cidr });
});

test.each(['198.51.100.7/24', '198.51.100', 'example.com', ''])('%j is refused', (target) => {
  expect(() => banTarget(target)).toThrow(AddressError);
});

test('a source has the same key, whether detection or an operator bans it', () => {
  for (const address of ['198.51.100.7', '2001:db8:1:2::7']) {
    expect(banTarget(address).key).toBe(sourceKey(address));
    expect(cidrKey(banTarget(address).cidr)).toBe(sourceKey(address));
  }
});

test('an operator’s ban lasts as long as asked for and continues the count', () => {
  const order = { target: '198.51.100.7', at: T0, seconds: 90 * DAY, because: 'toll fraud' };
  expect(operatorBan(order)).toMatchObject({
    key: '198.51.100.7',
    cidr: '198.51.100.7/32',
    bannedAt: T0,
    expiresAt: T0 + 90 * DAY,
    offence: 1,
    origin: 'operator',
    because: 'toll fraud',
  });
  expect(operatorBan({ ...order, latestBan: ban({ offence: 3 }) }).offence).toBe(4);
});
