using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>How an address outside the mesh is asked and convinced.</summary>
public sealed record WebhookEntry
{
    /// <summary>False: it is not asked for permission; null: it is (CloudEvents HTTP webhook, 4).</summary>
    public bool? Handshake { get; init; }

    /// <summary>Each signs every delivery (Standard Webhooks, <c>v1</c>); null for none.</summary>
    public ImmutableArray<SecretEntry>? Keys { get; init; }

    /// <summary>Sent as a bearer token with each delivery; null for none.</summary>
    public SecretEntry? Token { get; init; }
}
