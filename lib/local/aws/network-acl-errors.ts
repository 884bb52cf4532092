/**
 * The refusals of EC2's network ACL actions. Codes: Amazon EC2 API Reference, *Error codes for the Amazon EC2 API*
 * (which does write `InvalidNetworkAclId.Malformed` beside `InvalidNetworkAclID.NotFound`). Messages: as quoted in
 * public issue reports, where one was found.
 */
import { ServiceError } from './service-error';

export const aclMalformed = (id: string): ServiceError =>
  new ServiceError('InvalidNetworkAclId.Malformed', `Invalid id: "${id}" (expecting "acl-...")`);

export const aclNotFound = (id: string): ServiceError =>
  new ServiceError('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);

export const aclLimitExceeded = (): ServiceError =>
  new ServiceError('NetworkAclLimitExceeded', 'The maximum number of network acls has been reached.');

export const aclIsDefault = (id: string): ServiceError =>
  new ServiceError('InvalidParameterValue', `cannot delete default network ACL ${id}`);

export const aclInUse = (id: string): ServiceError =>
  new ServiceError('DependencyViolation', `The networkAcl '${id}' has dependencies and cannot be deleted.`);

export const entryExists = (ruleNumber: number): ServiceError =>
  new ServiceError(
    'NetworkAclEntryAlreadyExists',
    `The network acl entry identified by ${ruleNumber} already exists.`,
  );

export const entryNotFound = (ruleNumber: number): ServiceError =>
  new ServiceError(
    'InvalidNetworkAclEntry.NotFound',
    `The network acl entry identified by ${ruleNumber} does not exist.`,
  );

export const entryLimitExceeded = (): ServiceError =>
  new ServiceError(
    'NetworkAclEntryLimitExceeded',
    'The maximum number of network acl entries has been reached.',
  );

export const associationNotFound = (id: string): ServiceError =>
  new ServiceError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);

/** DryRun answers an error even when all is well: the request was checked and nothing is changed. */
export function stopIfDryRun({ dryRun }: { readonly dryRun?: boolean | undefined }): void {
  if (dryRun !== true) return;
  throw new ServiceError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
