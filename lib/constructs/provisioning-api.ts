import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestValidator,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { retentionOf } from './retention';

/** Properties of {@link ProvisioningApi}. */
export interface ProvisioningApiProps {
  readonly environmentName: string;
  readonly serve: IFunction;
  readonly logRetentionDays: number;
  /** Whether to give API Gateway its role for logs, which belongs to the account and Region. */
  readonly logsRole: boolean;
}

/** Requests a second, and at once, of everybody together: a thousand phones that start within a minute. */
const THROTTLE = { throttlingRateLimit: 20, throttlingBurstLimit: 100 };

const STAGE = 'v1';

const ACKNOWLEDGED = {
  'AwsSolutions-APIG4':
    'Phones and firewalls know Basic authentication alone. The function checks it; a request without it does not get as far.',
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
    'The role for logs belongs to the account and serves every API in it; this is the policy that AWS names for it.',
  'Serverless-APIGWXrayEnabled':
    'Off on purpose: access log and audit line say who asked for what, and traces would add nothing but cost.',
  'AwsSolutions-COG4': 'Phones and firewalls have no users in Cognito: they know Basic authentication alone.',
};

/**
 * The endpoint: a REST API, because a web ACL can be put before its stage and not before an HTTP API. A request without
 * credentials is answered by API Gateway itself with a challenge, since it renames the header `WWW-Authenticate` of a
 * function (API Gateway developer guide, *Important notes*), and phones wait for one before they send their password.
 */
export class ProvisioningApi extends Construct {
  /** The stage, for a web ACL. */
  readonly stageArn: string;
  /** Where it answers, with a slash at its end. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ProvisioningApiProps) {
    super(scope, id);
    const log = new LogGroup(this, 'Requests', {
      retention: retentionOf(props.logRetentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const api = new RestApi(this, 'Resource', {
      description: `Ringfence ${props.environmentName}: phones' files and the published list of bans`,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: props.logsRole,
      cloudWatchRoleRemovalPolicy: props.logsRole ? RemovalPolicy.RETAIN : undefined,
      deployOptions: {
        stageName: STAGE,
        ...THROTTLE,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat: accessLog(),
        // Errors only, and no data: what is traced otherwise are requests and answers, passwords among them.
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        metricsEnabled: true,
      },
    });
    challenge(api);
    this.serveWith(api, props.serve);
    const { deploymentStage } = api;
    this.stageArn = deploymentStage.stageArn;
    this.url = api.url;
    acknowledge(this, ACKNOWLEDGED);
  }

  private serveWith(api: RestApi, serve: IFunction): void {
    const validator = new RequestValidator(this, 'Validator', {
      restApi: api,
      validateRequestParameters: true,
      validateRequestBody: true,
    });
    const integration = new LambdaIntegration(serve, { proxy: true });
    // One name, no folders: whatever else is asked for is not there.
    const file = api.root.addResource('{file}');
    for (const method of ['GET', 'HEAD'])
      file.addMethod(method, integration, {
        requestParameters: { 'method.request.header.Authorization': true },
        requestValidator: validator,
      });
  }
}

/** Answers of API Gateway's own: the same as of the function, so that nobody learns what is there. */
function challenge(api: RestApi): void {
  const unauthorized = {
    statusCode: '401',
    responseHeaders: { 'WWW-Authenticate': `'Basic realm="ringfence", charset="UTF-8"'` },
    templates: { 'application/json': 'Unauthorized\n' },
  };
  api.addGatewayResponse('NoCredentials', { type: ResponseType.BAD_REQUEST_PARAMETERS, ...unauthorized });
  // What API Gateway says of a path or method that is not there.
  api.addGatewayResponse('NoSuchMethod', {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    ...unauthorized,
  });
}

/** One line for each request, those that did not reach the function too. Never the header with the password. */
function accessLog(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      source: AccessLogField.contextIdentitySourceIp(),
      at: AccessLogField.contextRequestTimeEpoch(),
      method: AccessLogField.contextHttpMethod(),
      path: AccessLogField.contextPath(),
      status: AccessLogField.contextStatus(),
      bytes: AccessLogField.contextResponseLength(),
      agent: AccessLogField.contextIdentityUserAgent(),
      waf: AccessLogField.contextWafResponseCode(),
    }),
  );
}
