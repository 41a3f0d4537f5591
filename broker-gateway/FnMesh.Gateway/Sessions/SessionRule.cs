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
    private readonly string _path;
    private readonly SessionSeal _seal;
    private readonly TimeProvider _time;
    private readonly FrozenDictionary<ulong, (Way Way, Endpoint Endpoint)> _places;
    private readonly FrozenDictionary<EndpointState, ulong> _hashes;

    /// <param name="entry">The policy.</param>
    /// <param name="path">From <see cref="SessionPath"/>.</param>
    /// <param name="ways">Those that have a weight: who has none gets no sessions either.</param>
    /// <param name="seal">Reads and writes tokens.</param>
    /// <param name="time">Ends sessions.</param>
    public SessionRule(SessionEntry entry, string path, IReadOnlyList<Way> ways, SessionSeal seal, TimeProvider time)
    {
        (_entry, _path, _seal, _time) = (entry, path, seal, time);
        var places = ways.SelectMany(way => way.Backend.Endpoints, (way, endpoint) => (Way: way, Endpoint: endpoint, Hash: seal.HashOf(way.Backend.App, way.Backend.Revision ?? string.Empty, endpoint.Base)))
            .DistinctBy(place => place.Hash).ToArray();
        _places = places.ToFrozenDictionary(place => place.Hash, place => (place.Way, place.Endpoint));
        _hashes = places.DistinctBy(place => place.Endpoint.State).ToFrozenDictionary(place => place.Endpoint.State, place => place.Hash);
    }

    public SessionEntry Entry => _entry;

    /// <summary>Where browsers bring the cookie.</summary>
    public string Path => _path;

    /// <summary>The session that a call brings.</summary>
    /// <returns>Without an endpoint when it brings none, its time is up, or its endpoint does not stand any more: then a new one begins.</returns>
    public Session Find(Exchange exchange)
    {
        var text = _entry.Type == SessionType.Header ? exchange.Header(_entry.Name).AsSpan() : Cookie.Find(exchange.Header("cookie"), _entry.Name);
        return !text.IsEmpty && _seal.TryRead(text, out var token) && !IsOver(token) && _places.TryGetValue(token.Endpoint, out var place) && place.Endpoint.State.Stands
            ? new(this, place.Way, place.Endpoint, token)
            : new(this, null, null, default);
    }

    /// <summary>Null for an endpoint that is none of the rule's: where failover led to has no session.</summary>
    /// <param name="endpoint">Who answered.</param>
    /// <param name="began">Null for now.</param>
    /// <param name="left">How long it lasts at most; null for no end.</param>
    public string? TokenOf(Endpoint endpoint, DateTimeOffset? began, out TimeSpan? left)
    {
        var now = _time.GetUtcNow();
        left = _entry.AbsoluteTimeout - (now - (began ?? now));
        return _hashes.TryGetValue(endpoint.State, out var hash) ? _seal.Write(new(hash, began ?? now, now)) : null;
    }

    /// <summary>Whether the use of a session must be noted: times are kept to the second.</summary>
    public bool IsWorn(SessionToken token) => _entry.IdleTimeout is not null && _time.GetUtcNow() - token.Used >= TimeSpan.FromSeconds(1);

    private bool IsOver(SessionToken token)
    {
        var now = _time.GetUtcNow();
        return now - token.Began >= _entry.AbsoluteTimeout || now - token.Used >= _entry.IdleTimeout;
    }
}
