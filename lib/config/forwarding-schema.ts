import { z } from 'zod';
import { tryParseAddress } from '../../lambda/address';
import { port, resourceId, uniqueList } from './fields';

const target = z.string().refine((text) => tryParseAddress(text)?.family === 4, {
  message: 'is not an IPv4 address: write the private address of a voice server, such as "10.20.1.10"',
});

const listener = z.strictObject({
  port: port.describe('Port that callers use.'),
  protocol: z
    .enum(['TCP_UDP', 'UDP', 'TCP'])
    .default('TCP_UDP')
    .describe('Transport of the listener; `TCP_UDP` is both on one port.'),
  targetPort: port.optional().describe('Port at the voice servers. Without it, the same port.'),
});

/** A Network Load Balancer in front of voice servers, for signalling. */
export const forwarding = z.strictObject({
  listeners: z
    .array(listener)
    .min(1)
    .describe('Ports that are forwarded, SIP only: a load balancer has no port ranges.'),
  targets: uniqueList(target).min(1).describe('Private IPv4 addresses of the voice servers.'),
  mediaInterfaces: uniqueList(resourceId('eni'))
    .default([])
    .describe(
      'Network interfaces of the voice servers that get an Elastic IP each: media is not forwarded and goes there. Leave it out where they have public addresses already.',
    ),
  internetFacing: z
    .boolean()
    .default(true)
    .describe('Whether the load balancer has public addresses, or those of the voice subnets only.'),
  healthCheckPort: port
    .optional()
    .describe('TCP port that tells whether a voice server is alive. Without it, the port traffic goes to.'),
});
