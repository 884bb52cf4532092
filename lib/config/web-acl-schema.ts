import { z } from 'zod';
import { uniqueList } from './fields';

/** What a web ACL can be put in front of: an Application Load Balancer or a stage of a REST API. */
const ASSOCIATION =
  /^arn:aws[a-z-]*:(?:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/app\/[^/]+\/[0-9a-f]+|apigateway:[a-z0-9-]+::\/restapis\/[a-z0-9]+\/stages\/[\w-]+)$/;

const association = z.string().regex(ASSOCIATION, {
  message:
    'is not something a web ACL protects: write the ARN of an Application Load Balancer (arn:aws:elasticloadbalancing:…:loadbalancer/app/…) or of a REST API stage (arn:aws:apigateway:…::/restapis/…/stages/…); HTTP APIs and Network Load Balancers cannot have one',
});

/** A web ACL for portals and phone provisioning. It cannot block SIP: WAF sees HTTP only. */
export const webAcl = z.strictObject({
  associations: uniqueList(association)
    .default([])
    .describe('ARNs of the Application Load Balancers and REST API stages to protect.'),
  cloudFront: z
    .boolean()
    .default(false)
    .describe(
      'Whether there is a web ACL for CloudFront distributions too, in a stack of its own in us-east-1. Its ARN goes into the distribution.',
    ),
  requestsPer5Minutes: z
    .int()
    .min(10)
    .max(2_000_000_000)
    .default(2000)
    .describe('Requests of one address within five minutes beyond which it is blocked for a while.'),
});
