using System.Collections.Frozen;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Sessions;

/// <summary>Sessions of one rule: which endpoint a caller had, and what it is told of the one that it has now.</summary>
internal sealed class SessionRule
{
    private readonly SessionEntry _entry;
    private readonly SessionSeal _seal;
    private readonly TimeProvider _time;
    private readonly FrozenDictionary<ulong, (Way Way, Endpoint Endpoint)> _places;
    private readonly FrozenDictionary<EndpointState, ulong> _hashes;

    /// <param name="entry">The policy.</param>
    /// <param name="ways">Those that have a weight: who has none gets no sessions either.</param>
    /// <param name="seal">Reads and writes tokens.</param>
    /// <param name="time">Ends sessions.</param>
    public SessionRule(SessionEntry entry, IReadOnlyList<Way> ways, SessionSeal seal, TimeProvider time)
    {
        (_entry, _seal, _time) = (entry, seal, time);
        var places = ways.SelectMany(way => way.Backend.Endpoints, (way, endpoint) => (Way: way, Endpoint: endpoint, Hash: seal.HashOf(way.Backend.App, way.Backend.Revision ?? string.Empty, endpoint.Base)))
            .DistinctBy(place => place.Hash).ToArray();
        _places = places.ToFrozenDictionary(place => place.Hash, place => (place.Way, place.Endpoint));
        _hashes = places.DistinctBy(place => place.Endpoint.State).ToFrozenDictionary(place => place.Endpoint.State, place => place.Hash);
    }

    public SessionEntry Entry => _entry;

    /// <summary>The session that a call brings.</summary>
    /// <returns>Without an endpoint when it brings none, its time is up, or its endpoint does not stand any more: then a new one begins.</returns>
    public Session Find(Exchange exchange)
    {
        var token = _entry.Type == SessionType.Header ? exchange.Header(_entry.Name).AsSpan() : Cookie.Find(exchange.Header("cookie"), _entry.Name);
        if (token.IsEmpty || !_seal.TryRead(token, out var hash, out var began)) return new(this, null, null, default);
        var isOver = _entry.AbsoluteTimeout is { } limit && _time.GetUtcNow() - began >= limit;
        return !isOver && _places.TryGetValue(hash, out var place) && place.Endpoint.State.Stands ? new(this, place.Way, place.Endpoint, began) : new(this, null, null, default);
    }

    /// <summary>Null for an endpoint that is none of the rule's: where failover led to has no session.</summary>
    public string? TokenOf(Endpoint endpoint, DateTimeOffset? began) => _hashes.TryGetValue(endpoint.State, out var hash) ? _seal.Write(hash, began ?? _time.GetUtcNow()) : null;
}
