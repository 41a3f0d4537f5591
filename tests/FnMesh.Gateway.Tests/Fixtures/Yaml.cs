namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>Policy documents as a user writes them.</summary>
internal static class Yaml
{
    public static string App(string name, params Uri[] revisions) => $"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: {"{"} name: {name} {"}"}
        spec:
          revisions:
        {string.Join('\n', revisions.Select((uri, i) => $"    - {{ name: {name}-v{i + 1}, run: {{ url: \"{uri}\" }} }}"))}

        """;

    /// <param name="path">A prefix.</param>
    /// <param name="app">Where to.</param>
    /// <param name="more">Further fields of the rule, in flow style with a leading comma.</param>
    public static string Route(string path, string app, string more = "") => $$"""
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: {{app}}-route }
        spec:
          parentRefs: [ { name: edge } ]
          rules:
            - { matches: [ { path: { type: PathPrefix, value: "{{path}}" } } ], backendRefs: [ { name: {{app}} } ]{{more}} }

        """;

    /// <param name="name">The subscription's.</param>
    /// <param name="type">The only type.</param>
    /// <param name="app">The app that it goes to, at /events.</param>
    /// <param name="delivery">Fields of <c>delivery</c>, in flow style.</param>
    public static string Subscription(string name, string type, string app, string delivery = "retry: 3, backoffDelay: 10ms") => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: {{name}} }
        spec:
          types: [ {{type}} ]
          sink: { ref: { name: {{app}} }, uri: /events }
          delivery: { {{delivery}} }

        """;

    /// <summary>Lets everybody publish the types that a pattern matches.</summary>
    public static string Publishers(string eventTypes = "test.*") => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: publishers }
        spec:
          targetRefs: [ { kind: Broker, name: default } ]
          action: ALLOW
          rules: [ { from: [ { principals: [ anonymous ] } ], to: [ { operations: [ publish ], eventTypes: [ "{{eventTypes}}" ] } ] } ]

        """;
}
