using System.Collections.Immutable;

namespace FnMesh.Policy.Snapshots;

/// <param name="App">The app's name.</param>
/// <param name="Revision">The revision's name.</param>
/// <param name="WasReady">False until the revision had an endpoint for the first time: until then its share of traffic goes to the others.</param>
/// <param name="Endpoints">Absolute http or https base addresses without a path's trailing slash.</param>
/// <param name="Identity">The SPIFFE ID that every endpoint must prove; null for addresses that somebody else runs, which have none.</param>
/// <param name="Zones">Where those run of which it is known; null for none.</param>
public sealed record RevisionEndpoints(string App, string Revision, bool WasReady, ImmutableArray<Uri> Endpoints, string? Identity = null, ImmutableArray<EndpointZone>? Zones = null);
