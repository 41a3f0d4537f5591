namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>Gateways as a user writes them.</summary>
internal static class ListenerYaml
{
    /// <param name="listeners">In flow style.</param>
    public static string Gateway(params string[] listeners) => $$"""
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: { name: public }
        spec: { listeners: [ {{string.Join(", ", listeners)}} ] }

        """;

    public static string Http(string name, int port, string? host = null) => $$"""{ name: {{name}}, port: {{port}}, protocol: HTTP{{Hostname(host)}} }""";

    public static string Https(string name, int port, string options, string? host = null) => $$"""{ name: {{name}}, port: {{port}}, protocol: HTTPS, tls: {{options}}{{Hostname(host)}} }""";

    /// <summary>A route of everything on all listeners of the Gateway.</summary>
    public static string Route(string app) => $$"""
        ---
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: {{app}}-outside }
        spec: { parentRefs: [ { name: public } ], rules: [ { backendRefs: [ { name: {{app}} } ] } ] }

        """;

    private static string Hostname(string? host) => host is null ? "" : $", hostname: \"{host}\"";
}
