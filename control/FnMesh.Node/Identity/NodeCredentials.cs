using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FnMesh.Node.Identity;

/// <summary>
/// Who this node is now and whom it trusts now. Both are swapped by one write: a handshake sees one generation or the next, never half of each.
/// </summary>
public sealed class NodeCredentials
{
    private const int RememberedPeers = 4096;

    private readonly TimeProvider _time;
    private readonly Lock _updating = new();
    private volatile Generation _current;

    public NodeCredentials(Svid svid, TrustBundle bundle, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(svid);
        ArgumentNullException.ThrowIfNull(bundle);
        _time = time;
        _current = new Generation(svid, bundle);
    }

    /// <summary>
    /// Raised after each swap, by who made it: the renewal, or what hears control. No handshake and no call waits for it, for they read what is current; so a handler may take the time
    /// of a small write to disk, and the next one is called when it has ended.
    /// </summary>
    public event Action? Changed;

    public Svid Svid => _current.Svid;

    public TrustBundle Bundle => _current.Bundle;

    /// <summary>Changes with every swap; for those who keep what they derived.</summary>
    internal object Current => _current;

    /// <summary>Swaps what is given; null keeps what is there. A bundle older than the present one is passed over.</summary>
    public void Update(Svid? svid = null, TrustBundle? bundle = null)
    {
        lock (_updating)
        {
            var before = _current;
            if (bundle is not null && bundle.Sequence < before.Bundle.Sequence) bundle = null;
            _current = new Generation(svid ?? before.Svid, bundle ?? before.Bundle);
        }

        Changed?.Invoke();
    }

    /// <summary>Begins anew, as after another join: the bundle counts however old it says that it is.</summary>
    public void Replace(Svid svid, TrustBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(svid);
        ArgumentNullException.ThrowIfNull(bundle);
        lock (_updating) _current = new Generation(svid, bundle);
        Changed?.Invoke();
    }

    /// <summary>Whether this node's own SVID is one that its bundle trusts; else others who have the bundle do not take it either.</summary>
    public bool TrustsItself
    {
        get
        {
            var current = _current;
            return current.Bundle.Authorities.Any(authority => authority.Subject == current.Svid.Leaf.Issuer);
        }
    }

    /// <summary>Who a peer is, by the bundle of now.</summary>
    /// <param name="leaf">What the peer presented; null when it presented nothing.</param>
    /// <param name="presented">What else it sent.</param>
    /// <param name="fault">Why it is nobody; null when it is somebody.</param>
    /// <returns>Null when it is nobody that this node trusts.</returns>
    public SpiffeId? Identify(X509Certificate2? leaf, X509Certificate2Collection? presented, out string? fault)
    {
        var generation = _current;
        if (leaf is null)
        {
            fault = "presented no certificate";
            return null;
        }

        var now = _time.GetUtcNow();
        var key = Convert.ToHexString(SHA256.HashData(leaf.RawDataMemory.Span));
        if (generation.Peers.TryGetValue(key, out var known) && now >= known.NotBefore && now <= known.NotAfter)
        {
            fault = null;
            return known.Id;
        }

        if (!SvidRules.TryVerify(leaf, presented, generation.Bundle, now, out var id, out fault)) return null;
        if (generation.Peers.Count < RememberedPeers) generation.Peers.TryAdd(key, new KnownPeer(id, leaf.NotBefore, leaf.NotAfter));
        return id;
    }

    private readonly record struct KnownPeer(SpiffeId Id, DateTimeOffset NotBefore, DateTimeOffset NotAfter);

    private sealed record Generation(Svid Svid, TrustBundle Bundle)
    {
        /// <summary>By SHA-256 of the certificate, of this bundle alone: a chain costs 0.4 ms to verify. The thumbprint is SHA-1, which two certificates may be made to share.</summary>
        public ConcurrentDictionary<string, KnownPeer> Peers { get; } = new();
    }
}
