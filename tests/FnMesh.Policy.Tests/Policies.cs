namespace FnMesh.Policy.Tests;

/// <summary>Short ways to write and compile policies.</summary>
internal static class Policies
{
    public static PolicyCompilation Compile(params string[] documents) =>
        PolicyCompiler.Compile([new PolicySource("p/mesh.yaml", string.Join("\n---\n", documents))]);

    public static string App(string name, params string[] revisions) =>
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: {{name}} }
        spec: { revisions: [ {{string.Join(", ", revisions.Select(revision => $"{{ name: {revision}, run: {{ url: 'http://127.0.0.1:1' }} }}"))}} ] }
        """;

    public static string Route(string name, string rule) =>
        $$"""
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: {{name}} }
        spec: { parentRefs: [ { name: edge } ], rules: [ {{rule}} ] }
        """;

    public static string Subscription(string name, string spec) => Ours("Subscription", name, spec);

    public static string Traffic(string name, string spec) => Ours("TrafficPolicy", name, spec);

    private static string Ours(string kind, string name, string spec) =>
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: {{kind}}
        metadata: { name: {{name}} }
        spec: {{spec}}
        """;
}
