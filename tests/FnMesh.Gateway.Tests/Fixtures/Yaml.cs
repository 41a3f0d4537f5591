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
}
