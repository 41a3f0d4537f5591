namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>Pieces of policy, as a person would write them.</summary>
internal static class Yaml
{
    /// <summary>A document in a namespace.</summary>
    public static string In(string ns, string document) => document.Replace("metadata: { ", $"metadata: {{ namespace: {ns}, ", StringComparison.Ordinal);

    /// <summary>An app of one revision, <c>NAME-v1</c>, at an address.</summary>
    public static string App(string name, string url) => App(name, (url, 100));

    /// <summary>An app of revisions <c>NAME-v1</c>, <c>NAME-v2</c>, … at addresses with a percentage each.</summary>
    public static string App(string name, params (string Url, int Percent)[] revisions) =>
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: {{name}} }
        spec:
          revisions:
        {{string.Join('\n', revisions.Select((revision, i) => $$"""    - { name: {{name}}-v{{i + 1}}, run: { url: "{{revision.Url}}" } }"""))}}
          traffic:
        {{string.Join('\n', revisions.Select((revision, i) => $$"""    - { revisionName: {{name}}-v{{i + 1}}, percent: {{revision.Percent}} }"""))}}
        """;

    /// <summary>An app of one revision, <c>NAME-v1</c>, that is the relay as a process.</summary>
    public static string Relay(string name, string to, int replicas = 1, string? zone = null) =>
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: {{name}} }
        spec:
          revisions:
            - name: {{name}}-v1
              run: { command: [ {{string.Join(", ", RelayFunction.Command.Select(word => $"'{word}'"))}} ] }
              replicas: {{replicas}}{{(zone is null ? "" : $"\n      zone: {zone}")}}
              env: { {{RelayFunction.To}}: "{{to}}" }
        """;

    /// <param name="name">Of the route; its path prefix is <c>/NAME</c>.</param>
    /// <param name="app">Where it goes.</param>
    /// <param name="fields">More fields of the rule, in flow style: <c>retry: { … }</c>.</param>
    public static string Route(string name, string app, string fields = "retry: { attempts: 1 }") =>
        $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: {{name}} }
        spec:
          parentRefs: [ { name: edge } ]
          rules:
            - matches: [ { path: { type: PathPrefix, value: /{{name}} } } ]
              {{fields}}
              backendRefs: [ { name: {{app}} } ]
        """;

    /// <summary>Lets everybody at the edge, or who is named, publish types of a pattern.</summary>
    public static string Publishers(string types = "test.*", string principals = "anonymous, user/*") =>
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: AuthorizationPolicy
        metadata: { name: publishers }
        spec:
          targetRefs: [ { kind: Broker, name: default } ]
          action: ALLOW
          rules:
            - from: [ { principals: [ {{principals}} ] } ]
              to: [ { operations: [ publish ], eventTypes: [ "{{types}}" ] } ]
        """;

    public static string Subscription(string name, string type, string app, string delivery = "retry: 3, backoffPolicy: linear, backoffDelay: PT0.1S, timeout: PT30S") =>
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: {{name}} }
        spec:
          types: [ {{type}} ]
          sink: { ref: { name: {{app}} }, uri: /events }
          delivery: { {{delivery}} }
        """;
}
