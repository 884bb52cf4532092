import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const TOOLS = ['ip', 'nft', 'ipset', 'iptables-restore', 'iptables', 'ip6tables-restore'];

/** Why real firewalls cannot be tried here, or undefined where they can. */
export function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'this is not Linux';
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  const missing = TOOLS.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (missing.length > 0)
    return `${missing.join(', ')} missing (Debian: apt-get install nftables ipset iptables iproute2)`;
  const trial = `ringfence-trial-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', trial]).status !== 0) return 'network namespaces cannot be made here';
  spawnSync('ip', ['netns', 'del', trial]);
  return undefined;
}

/** A packet to send: from where, saying what. */
export interface Probe {
  readonly from: string;
  readonly text: string;
}

const PORT = 5060;

/** Sends each probe from its source address, in order. */
const SENDER = `
  const dgram = require('node:dgram');
  (async () => {
    for (const { from, text } of JSON.parse(process.argv[1])) {
      const family = from.includes(':') ? 6 : 4;
      const socket = dgram.createSocket('udp' + family);
      await new Promise((done, fail) => { socket.on('error', fail); socket.bind(0, from, done); });
      await new Promise((done, fail) => socket.send(text, ${PORT}, family === 4 ? '10.99.0.1' : 'fd99::1', (error) => error ? fail(error) : done()));
      socket.close();
    }
  })();`;

/** Prints what arrives, until "end" has arrived over both families. */
const RECEIVER = `
  const dgram = require('node:dgram');
  const sockets = [4, 6].map((family) => {
    const socket = dgram.createSocket({ type: 'udp' + family, ipv6Only: family === 6 });
    socket.on('message', (message, { address }) => {
      console.log(address + ' ' + message);
      if (String(message) === 'end') socket.close();
    });
    socket.bind(${PORT}, () => console.log('ready'));
    return socket;
  });`;

/**
 * A firewall and the Internet, as two network namespaces of this machine with a cable between them. Nothing in them can
 * reach anything else.
 */
export class TwoNamespaces {
  readonly firewall = `ringfence-fw-${process.pid}`;
  readonly internet = `ringfence-net-${process.pid}`;

  /** @param sources addresses that the Internet side has */
  constructor(sources: readonly string[]) {
    const [fw, net] = [`rf-fw-${process.pid % 10_000}`, `rf-net-${process.pid % 10_000}`];
    this.#ip('netns', 'add', this.firewall);
    this.#ip('netns', 'add', this.internet);
    this.#ip(
      'link',
      'add',
      fw,
      'netns',
      this.firewall,
      'type',
      'veth',
      'peer',
      'name',
      net,
      'netns',
      this.internet,
    );
    for (const [space, link] of [
      [this.firewall, fw],
      [this.internet, net],
    ] as const) {
      this.#ip('-n', space, 'link', 'set', 'lo', 'up');
      this.#ip('-n', space, 'link', 'set', link, 'up');
    }
    this.#ip('-n', this.firewall, 'addr', 'add', '10.99.0.1/24', 'dev', fw);
    this.#ip('-n', this.firewall, 'addr', 'add', 'fd99::1/64', 'dev', fw, 'nodad');
    this.#ip('-n', this.internet, 'addr', 'add', '10.99.0.2/24', 'dev', net);
    this.#ip('-n', this.internet, 'addr', 'add', 'fd99::2/64', 'dev', net, 'nodad');
    this.#ip('-n', this.firewall, 'route', 'add', 'default', 'via', '10.99.0.2');
    this.#ip('-n', this.firewall, '-6', 'route', 'add', 'default', 'via', 'fd99::2');
    for (const source of sources)
      this.#ip(
        '-n',
        this.internet,
        'addr',
        'add',
        source,
        'dev',
        net,
        ...(source.includes(':') ? ['nodad'] : []),
      );
  }

  /** Runs a program on the firewall. @throws Error with what the program printed, where it fails */
  run(command: readonly string[], input = ''): string {
    const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', this.firewall, ...command], {
      input,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${command.join(' ')} failed (${status}): ${stderr}${stdout}`);
    return stdout;
  }

  /**
   * Sends the probes and says which arrived, `source text`. UDP over one cable keeps its order, so once the last ones
   * have arrived, what is missing was dropped: no waiting decides.
   * @param last one probe of each family that must arrive
   */
  async arrivals(probes: readonly Probe[], last: readonly [string, string]): Promise<string[]> {
    const receiver = spawn('ip', ['netns', 'exec', this.firewall, process.execPath, '-e', RECEIVER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: receiver.stdout });
    const arrived: string[] = [];
    let ready = 0;
    const sent = [...probes, ...last.map((from) => ({ from, text: 'end' }))];
    lines.on('line', (line) => {
      if (line !== 'ready') arrived.push(line);
      else if (++ready === 2)
        spawn('ip', ['netns', 'exec', this.internet, process.execPath, '-e', SENDER, JSON.stringify(sent)], {
          stdio: ['ignore', 'ignore', 'inherit'],
        });
    });
    // Kept from hanging for ever should a last one be dropped; what has arrived then says so.
    const guard = setTimeout(() => receiver.kill(), 10_000);
    await once(receiver, 'close');
    clearTimeout(guard);
    return arrived;
  }

  remove(): void {
    for (const space of [this.firewall, this.internet]) spawnSync('ip', ['netns', 'del', space]);
  }

  #ip(...args: string[]): void {
    execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}
