using System.Collections.Immutable;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a sink says of an address outside the mesh.</summary>
internal sealed record WebhookFields(Origin Origin, Written<bool>? Handshake, ImmutableArray<SecretEntry> Keys, SecretEntry? Token)
{
    public WebhookEntry? Entry => Handshake is null or { Value: true } && Keys.IsEmpty && Token is null ? null : new WebhookEntry
    {
        Handshake = Handshake?.Value is false ? false : null,
        Keys = Keys.IsEmpty ? null : Keys,
        Token = Token,
    };
}
