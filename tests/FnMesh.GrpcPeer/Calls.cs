using FnMesh.Functions;
using Grpc.Net.Client;

namespace FnMesh.GrpcPeer;

/// <summary>A function that calls by a typed client, and one that makes a channel of its own.</summary>
public sealed class Calls(Shop.ShopClient typed, MeshClient mesh)
{
    [Function("typed"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "typed")]
    public Task<string> Typed(CancellationToken cancel) => Kinds.CallAsync(typed, cancel);

    [Function("channel"), HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "channel/{app}")]
    public async Task<string> Channel(string app, CancellationToken cancel)
    {
        using var client = mesh.CreateHttpClient(app);
        using var channel = GrpcChannel.ForAddress($"http://{app}", new GrpcChannelOptions { HttpClient = client });
        return await Kinds.CallAsync(new Shop.ShopClient(channel), cancel);
    }
}
