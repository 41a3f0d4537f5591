using System.Collections.Immutable;
using System.Net;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Kinds;

/// <summary>What a Mesh says of deliveries to addresses outside of it.</summary>
internal sealed record WebhooksFields(Written<string>? Origin, ImmutableArray<(string Text, IPNetwork Range)> Networks, Origin? NetworksOrigin)
{
    public WebhooksEntry? Entry => Origin is null && Networks.IsEmpty ? null : new WebhooksEntry(Origin?.Value, [.. Networks.Select(network => network.Text)]);
}
