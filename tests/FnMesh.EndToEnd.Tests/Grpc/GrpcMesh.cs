using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Grpc;

/// <summary>
/// One mesh for all tests of the class: <c>pricing</c> is a server of gRPC behind a shim, <c>web</c> a process that calls by its door, <c>shop</c> a function app
/// that calls by clients of its own and serves gRPC beside its functions.
/// </summary>
public sealed class GrpcMesh : IAsyncLifetime
{
    private const string EdgeRoute =
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: { name: grpc }
        spec:
          parentRefs: [ { name: edge } ]
          rules: [ { matches: [ { path: { type: PathPrefix, value: /shop.Shop } } ], backendRefs: [ { name: pricing } ] } ]
        """;

    private UpProcess? _shop;

    internal Mesh Mesh { get; private set; } = null!;

    private static string Program => FnMeshProgram.BuiltProgram("FnMesh.GrpcPeer", "FnMesh.GrpcPeer");

    public async ValueTask InitializeAsync()
    {
        // The relay only keeps the place that the function app takes.
        Mesh = await Mesh.StartAsync(
            Command("pricing", "serve"), Command("web", "web"), Yaml.Relay("shop", "http://127.0.0.1:9"), EdgeRoute, Yaml.Route("web", "web"), Yaml.Route("typed", "shop"), Yaml.Route("channel", "shop"));
        _shop = await UpProcess.ByHandAsync(Program, Mesh.Folder.Path, "shop-v1");
    }

    public async ValueTask DisposeAsync()
    {
        if (_shop is not null) await _shop.DisposeAsync();
        await Mesh.DisposeAsync();
    }

    private static string Command(string app, string role) =>
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: FunctionApp
        metadata: { name: {{app}} }
        spec:
          revisions: [ { name: {{app}}-v1, run: { command: [ '{{FnMeshProgram.DotNet}}', exec, '{{Program}}', {{role}} ] } } ]
        """;
}
