import type { CfnFlowLogProps } from 'aws-cdk-lib/aws-ec2';
import type { FlowLogResources } from './voice-network';

/** What flow logs have in common wherever they deliver to. */
export interface FlowLogProps extends FlowLogResources {
  /** Field names in order, separated by spaces. */
  readonly format: string;
  /** Longest time a record spans, in seconds. */
  readonly maxAggregationInterval: 60 | 600;
}

/** The properties of each flow log, and its construct ID. */
export function flowLogProps(props: FlowLogProps): (CfnFlowLogProps & { readonly id: string })[] {
  return props.resources.map(({ id, resourceId }) => ({
    id,
    resourceType: props.resourceType,
    resourceId,
    trafficType: 'ALL',
    logFormat: props.format.replace(/\S+/g, '${$&}'),
    maxAggregationInterval: props.maxAggregationInterval,
  }));
}
