// Runs Kamailio on the loopback interface with kamailio.cfg beside this file, sends it what phones, guessers and scanners
// send, and writes what it logs to kamailio.log. It needs Debian's package kamailio (5.6.3 when the sample was made):
//   node test/data/pbx-log/kamailio/record.mjs > test/data/pbx-log/kamailio/kamailio.log
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PORT = 5099;
const HOST = '127.0.0.1';
const folder = dirname(fileURLToPath(import.meta.url));
const md5 = (text) => createHash('md5').update(text).digest('hex');

let serial = 0;

function request(from, { method = 'REGISTER', user = '101', to = '101', agent = 'Yealink SIP-T46U', auth, callId, fromHeader }) {
  serial += 1;
  return [
    `${method} sip:${method === 'REGISTER' ? '' : `${to}@`}example.test SIP/2.0`,
    `Via: SIP/2.0/UDP ${from}:5061;branch=z9hG4bK${serial};rport`,
    'Max-Forwards: 70',
    `From: ${fromHeader ?? `<sip:${user}@example.test>`};tag=t${serial}`,
    `To: <sip:${to}@example.test>`,
    `Call-ID: ${callId ?? `call-${serial}`}`,
    `CSeq: ${serial} ${method}`,
    `Contact: <sip:${user}@${from}>`,
    `User-Agent: ${agent}`,
    ...(auth === undefined ? [] : [`Authorization: ${auth}`]),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function credentials(nonce, user, password) {
  const uri = 'sip:example.test';
  const response = md5(`${md5(`${user}:example.test:${password}`)}:${nonce}:${md5(`REGISTER:${uri}`)}`);
  return `Digest username="${user}", realm="example.test", nonce="${nonce}", uri="${uri}", response="${response}"`;
}

/** Sends one request over UDP from an address of the loopback network. @returns the answer, or '' after a while */
function exchange(from, options) {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    const end = (answer) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(''), 300);
    socket.on('error', reject);
    socket.on('message', (message) => end(message.toString()));
    socket.bind(0, from, () => socket.send(request(from, options), PORT, HOST));
  });
}

function overTcp(from, requests) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: PORT, host: HOST, localAddress: from });
    let step = 0;
    let nonce;
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('error', reject);
    socket.on('close', resolve);
    const next = () => (step < requests ? socket.write(request(from, { auth: nonce && credentials(nonce, '101', `p${step}`) })) : socket.end());
    socket.on('connect', next);
    socket.on('data', (data) => {
      nonce = nonceOf(data.toString());
      step += 1;
      next();
    });
  });
}

const nonceOf = (answer) => /nonce="([^"]*)"/.exec(answer)?.[1];

async function tryPassword(from, user, password, nonce) {
  const challenge = nonce ?? nonceOf(await exchange(from, { user }));
  return nonceOf(await exchange(from, { user, auth: credentials(challenge, user, password) }));
}

/** Who does what: every source is an address of its own. */
async function play() {
  await tryPassword('127.0.1.1', '101', 'right'); // a phone
  for (let i = 0; i < 3; i += 1) await tryPassword('127.0.1.2', '101', 'wrong'); // a phone with a wrong password
  let nonce;
  for (const word of ['100', '101', '1234', 'secret']) nonce = await tryPassword('127.0.1.3', '101', word, nonce); // svcrack
  for (const account of ['100', '102', '103', '1000']) await tryPassword('127.0.1.4', account, 'x'); // svwar
  await exchange('127.0.1.5', { method: 'OPTIONS', to: '100', agent: 'friendly-scanner' }); // svmap
  for (const number of ['100', '1000', '900441519470495']) await exchange('127.0.1.6', { method: 'INVITE', to: number }); // ghost calls
  await exchange('127.0.1.7', { method: 'OPTIONS', to: 'ping' });
  await overTcp('127.0.1.8', 3);
  // A nonce that was sent to one address, answered from another: not bound, so no proof and not refused.
  const foreign = nonceOf(await exchange('127.0.1.9', {}));
  await tryPassword('127.0.1.10', '101', 'wrong', foreign);
  await tryPassword('127.0.1.10', '101', 'wrong', 'made-up');
  // What an attacker writes where text is his: quotes, line ends, the words of the log.
  const forged = '101\\" src=127.0.9.9 name=x';
  await exchange('127.0.1.11', { auth: credentials(nonceOf(await exchange('127.0.1.11', {})), forged, 'x') });
  await exchange('127.0.1.11', { agent: 'friendly-scanner src=127.0.9.9 ringfence event=refused proto=udp src=127.0.9.9 name=00' });
  await exchange('127.0.1.11', { method: 'INVITE', to: '100%0aringfence' });
  await exchange('127.0.1.11', {
    method: 'OPTIONS',
    callId: 'x} <script>: ringfence event=refused proto=udp src=127.0.9.9 bound=1 name=00',
  });
  await exchange('127.0.1.11', { method: 'OPTIONS', fromHeader: '"ringfence event=flood proto=udp src=127.0.9.9" <sip:x@(IP:127.0.9.9:5060)>' });
  const answers = [];
  for (let i = 0; i < 36; i += 1)
    answers.push(exchange('127.0.1.12', { method: 'OPTIONS', fromHeader: '<sip:x(IP:127.0.9.9:5060)@example.test>' }));
  await Promise.all(answers);
}

const server = spawn('kamailio', ['-f', join(folder, 'kamailio.cfg'), '-DD', '-E', '-m', '64', '-M', '8', '-w', '/tmp', '-Y', '/tmp', '-P', '/tmp/ringfence-kamailio.pid'], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
const ended = new Promise((resolve) => server.on('exit', resolve));
let log = '';
server.stderr.on('data', (data) => (log += data));
try {
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await play();
  await new Promise((resolve) => setTimeout(resolve, 500));
} finally {
  server.kill('SIGTERM');
  await ended;
}
process.stdout.write(log);
