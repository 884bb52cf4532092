// What makes the bundles of the functions small: a cold start parses all that is in them.
import { readFileSync } from 'node:fs';

/**
 * The SDK's schemas of all calls of a service are constants that esbuild leaves out where nobody uses them, but for keys
 * computed from other constants: an expression may do anything, so they all stay (555 KB for EC2). With the constants in
 * their places, what is not called goes.
 */
const plainSchemaKeys = {
  name: 'plain-schema-keys',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk[/\\].+[/\\]dist-es[/\\]schemas[/\\]\w+\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const constants = new Map(
        Array.from(text.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm), ([, name, value]) => [name, value]),
      );
      const contents = text.replace(/\[(_\w+)\]:/g, (key, name) =>
        constants.has(name) ? `${constants.get(name)}:` : key,
      );
      return { contents, loader: 'js' };
    });
  },
};

/**
 * Lambda gives a function its role's credentials as environment variables (Lambda developer guide, *Defined runtime
 * environment variables*). The SDK would bring clients for single sign-on, metadata services and profiles besides: a
 * fifth of the detect function.
 */
const credentialsOfEnvironment = {
  name: 'credentials-of-environment',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, ({ resolveDir }) => ({
      path: 'credentials-of-environment',
      namespace: 'ringfence',
      pluginData: resolveDir,
    }));
    onLoad({ filter: /^credentials-of-environment$/, namespace: 'ringfence' }, ({ pluginData }) => ({
      contents: `import { fromEnv } from '@aws-sdk/credential-provider-env';
                 export const defaultProvider = () => fromEnv();`,
      resolveDir: pluginData,
    }));
  },
};

/**
 * DynamoDB's client gets what asks the service for endpoints, and none of its calls uses that any more: the endpoint is
 * the region's. A cache and its library, for nothing.
 */
const noEndpointDiscovery = {
  name: 'no-endpoint-discovery',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@aws-sdk\/middleware-endpoint-discovery$/ }, ({ path }) => ({
      path,
      namespace: 'no-endpoint-discovery',
    }));
    onLoad({ filter: /.*/, namespace: 'no-endpoint-discovery' }, () => ({
      contents: `export const resolveEndpointDiscoveryConfig = (config) => config;
                 export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS =
                   { environmentVariableSelector() {}, configFileSelector() {}, default: undefined };`,
    }));
  },
};

/**
 * Calls whose answers are streams of events, as S3 Select's, are none of ours; the client brings what reads them for any
 * call that may come.
 */
const noEventStreams = {
  name: 'no-event-streams',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path }) => ({
      path,
      namespace: 'no-event-streams',
    }));
    onLoad({ filter: /.*/, namespace: 'no-event-streams' }, () => ({
      contents: `const none = () => { throw new Error('streams of events are not in this bundle: scripts/function-plugins.mjs'); };
                 export class EventStreamSerde { constructor() { none(); } }
                 export const eventStreamSerdeProvider = () => ({ serialize: none, deserialize: none });
                 export const resolveEventStreamSerdeConfig = (config) => config;`,
    }));
  },
};

/** Plugins for esbuild. */
export const functionPlugins = [
  plainSchemaKeys,
  credentialsOfEnvironment,
  noEndpointDiscovery,
  noEventStreams,
];
