import { CidrSet } from '../../lambda/address';
import type { SectionProblem, ValidSections } from './sections';
import { formatRange, rangeContains } from './fields';

/** Forwarding that would not carry calls, or would carry them elsewhere. */
export function forwardingProblems(sections: ValidSections): SectionProblem[] {
  return [
    ...listenersInMedia(sections),
    ...listenersTwice(sections),
    ...targetsElsewhere(sections),
    ...interfacesTooMany(sections),
  ];
}

function listenersInMedia({ forwarding, sip }: ValidSections): SectionProblem[] {
  if (!forwarding || !sip) return [];
  return forwarding.listeners.flatMap(({ port }, i) =>
    rangeContains(sip.rtp, port)
      ? [
          {
            key: `forwarding.listeners[${i}].port`,
            value: port,
            reason: `lies inside the media range sip.rtp ${formatRange(sip.rtp)}: media is not forwarded, choose a port outside it`,
          },
        ]
      : [],
  );
}

/** AWS refuses two listeners on one port whose transports overlap, and so UDP and TCP apart have to be TCP_UDP. */
function listenersTwice({ forwarding }: ValidSections): SectionProblem[] {
  const ports = (forwarding?.listeners ?? []).map(({ port }) => port);
  return ports.flatMap((value, i) =>
    ports.indexOf(value) === i
      ? []
      : [
          {
            key: `forwarding.listeners[${i}].port`,
            value,
            reason: 'has a listener already: join them with "protocol": "TCP_UDP", or choose another port',
          },
        ],
  );
}

function targetsElsewhere({ forwarding, vpc }: ValidSections): SectionProblem[] {
  if (!forwarding || !vpc) return [];
  const own = 'create' in vpc ? [vpc.create] : vpc.cidrs;
  const inside = CidrSet.parse(own);
  return forwarding.targets.flatMap((value, i) =>
    inside.containsText(value)
      ? []
      : [
          {
            key: `forwarding.targets[${i}]`,
            value,
            reason: `is outside the VPC ${JSON.stringify(own)}: write the private address of a voice server in it`,
          },
        ],
  );
}

function interfacesTooMany({ forwarding }: ValidSections): SectionProblem[] {
  if (!forwarding || forwarding.mediaInterfaces.length <= forwarding.targets.length) return [];
  return [
    {
      key: 'forwarding.mediaInterfaces',
      value: forwarding.mediaInterfaces,
      reason: `names more interfaces than forwarding.targets has voice servers (${forwarding.targets.length}): name one for each that needs a public address for media`,
    },
  ];
}
