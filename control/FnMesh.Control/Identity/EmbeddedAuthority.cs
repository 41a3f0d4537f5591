using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FnMesh.Node.Identity;
using FnMesh.Node.Storage;

namespace FnMesh.Control.Identity;

/// <summary>
/// The mesh's own authority, with its keys in a folder of control's. Rotation takes three steps, so that every member trusts an authority before it meets
/// its signature and until it meets it no more: <see cref="Prepare"/>, <see cref="Switch"/>, <see cref="Retire"/>.
/// </summary>
public sealed class EmbeddedAuthority : ICertificateAuthority
{
    internal const string FileName = "authority.json";
    private const string Anew = "remove it to found a new authority: what 'fnmesh up' starts joins that by itself, nodes elsewhere need new join tokens";
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private readonly PrivateFolder _folder;
    private readonly TimeProvider _time;
    private readonly string _trustDomain;
    private readonly Lock _changing = new();
    private volatile State _state;
    private volatile SignedSince? _since;

    private EmbeddedAuthority(PrivateFolder folder, string trustDomain, State state, TimeProvider time)
    {
        (_folder, _trustDomain, _state, _time) = (folder, trustDomain, state, time);
        Bundle = BundleOf(state);
    }

    /// <summary>Raised after every change of the bundle.</summary>
    public event Action<TrustBundle>? Changed;

    public TrustBundle Bundle { get; private set; }

    /// <summary>The authority that signs now, and signed control's own SVID.</summary>
    public X509Certificate2 Signing => _state.Roots[_state.Signing].Certificate;

    /// <summary>False after <see cref="Prepare"/>, until <see cref="Switch"/>.</summary>
    public bool NewestSigns => _state is var state && state.Signing == state.Roots.Length - 1;

    /// <summary>Opens the authority of a trust domain, or founds it.</summary>
    /// <param name="folder">Control's private folder.</param>
    /// <param name="trustDomain">What it signs for.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidDataException">The folder holds the authority of another trust domain, or one that cannot be read.</exception>
    public static EmbeddedAuthority Open(PrivateFolder folder, string trustDomain, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(time);
        var path = Path.Combine(folder.Path, FileName);
        if (!File.Exists(path) && !Directory.Exists(path)) return Found(folder, trustDomain, time);
        try
        {
            var json = folder.Read(FileName) ?? throw new IOException("it is gone again");
            var stored = JsonSerializer.Deserialize(json, AuthorityJson.Default.StoredAuthority) ?? throw new JsonException("it holds null");
            if (stored.TrustDomain != trustDomain)
                throw new InvalidDataException($"{path} is the authority of {stored.TrustDomain}, not of {trustDomain}; name that trust domain in the Mesh, or {Anew}");
            var roots = stored.Roots.Select(root => Root.Load(root ?? throw new JsonException("an authority is null"))).ToImmutableArray();
            return roots.Length > stored.Signing && stored.Signing >= 0
                ? new EmbeddedAuthority(folder, trustDomain, new State(stored.Sequence, stored.Signing, roots), time)
                : throw new JsonException("it names no authority that signs");
        }
        catch (Exception fault) when (fault is JsonException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path} cannot be read: {fault.Message}; restore it, or {Anew}", fault);
        }
    }

    private static EmbeddedAuthority Found(PrivateFolder folder, string trustDomain, TimeProvider time)
    {
        var founded = new State(1, 0, [Root.Create(trustDomain, time.GetUtcNow() - ClockSkew, AuthorityLife)]);
        Write(folder, trustDomain, founded);
        return new EmbeddedAuthority(folder, trustDomain, founded, time);
    }

    public ValueTask<IReadOnlyList<byte[]>> SignAsync(SpiffeId id, ReadOnlyMemory<byte> request, TimeSpan life, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(id);
        cancel.ThrowIfCancellationRequested();
        if (id.TrustDomain != _trustDomain) throw new CryptographicException($"{id} is of another trust domain than {_trustDomain}");
        var state = _state;
        var leaf = state.Roots[state.Signing].Sign(id, request.Span, _time.GetUtcNow(), ClockSkew, life);
        _since?.Note(leaf);
        return new([leaf]);
    }

    /// <summary>Notes what is signed from now on, until <see cref="EndWatch"/>. One at a time.</summary>
    public SignedSince Watch() => _since = new SignedSince();

    public void EndWatch() => _since = null;

    /// <summary>First step: a new authority that members trust and that does not sign yet.</summary>
    public void Prepare() => Change(state => state with { Roots = state.Roots.Add(Root.Create(_trustDomain, _time.GetUtcNow() - ClockSkew, AuthorityLife)) });

    /// <summary>Second step, when every member has the bundle of the first: the newest authority signs.</summary>
    public void Switch() => Change(state => state with { Signing = state.Roots.Length - 1 });

    /// <summary>Third step, when every member has an SVID of the second: the old authorities are trusted no more.</summary>
    public void Retire() => Change(state => state with { Roots = [state.Roots[state.Signing]], Signing = 0 });

    private void Change(Func<State, State> change)
    {
        lock (_changing)
        {
            var next = change(_state) with { Sequence = _state.Sequence + 1 };
            Write(_folder, _trustDomain, next);
            _state = next;
            Bundle = BundleOf(next);
            Changed?.Invoke(Bundle);
        }
    }

    private static void Write(PrivateFolder folder, string trustDomain, State state) => folder.Write(
        FileName,
        JsonSerializer.SerializeToUtf8Bytes(new StoredAuthority(trustDomain, state.Sequence, state.Signing, [.. state.Roots.Select(root => root.Store())]), AuthorityJson.Default.StoredAuthority));

    private TrustBundle BundleOf(State state) => new(_trustDomain, state.Sequence, [.. state.Roots.Select(root => root.Certificate)]);

    private sealed record State(long Sequence, int Signing, ImmutableArray<Root> Roots);
}
