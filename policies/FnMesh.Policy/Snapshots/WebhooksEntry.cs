using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <summary>What holds for all deliveries to addresses outside the mesh.</summary>
/// <param name="Origin">The DNS name by which the mesh asks for permission (<c>WebHook-Request-Origin</c>); null for the trust domain.</param>
/// <param name="Networks">Ranges that may be reached beside the public internet, as they were written.</param>
public sealed record WebhooksEntry(string? Origin, ImmutableArray<string> Networks);
