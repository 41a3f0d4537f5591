using System.Collections.Immutable;

namespace FnMesh.Gateway.Webhooks;

/// <summary>What convinces an address outside the mesh.</summary>
/// <param name="Keys">Each signs; empty for no signature.</param>
/// <param name="Token">A bearer token; null for none.</param>
internal sealed record WebhookCredentials(ImmutableArray<ImmutableArray<byte>> Keys, string? Token)
{
    public static readonly WebhookCredentials None = new([], null);
}
