using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using FnMesh.Node.Identity;
using FnMesh.Node.Joining;
using FnMesh.Node.Storage;

namespace FnMesh.Control.Identity;

/// <summary>The join tokens that are good: each gives one SPIFFE ID until it ends or is revoked. Kept on disk without their secrets.</summary>
public sealed class JoinTokens
{
    /// <summary>More are refused: a token that nobody uses is to be revoked.</summary>
    public const int MaxTokens = 10_000;

    internal const string FileName = "tokens.json";

    private readonly PrivateFolder _folder;
    private readonly TimeProvider _time;
    private readonly Lock _changing = new();
    private volatile ImmutableDictionary<string, StoredToken> _tokens;

    private JoinTokens(PrivateFolder folder, ImmutableDictionary<string, StoredToken> tokens, TimeProvider time) => (_folder, _tokens, _time) = (folder, tokens, time);

    /// <exception cref="InvalidDataException">The file of tokens cannot be read.</exception>
    public static JoinTokens Open(PrivateFolder folder, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(folder);
        try
        {
            StoredToken?[] stored = folder.Read(FileName) is { } json ? JsonSerializer.Deserialize(json, AuthorityJson.Default.StoredTokenArray) ?? throw new JsonException("it holds null") : [];
            return new JoinTokens(folder, stored.ToImmutableDictionary(token => token?.Id ?? throw new JsonException("a token is null"), token => token!), time);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{Path.Combine(folder.Path, FileName)} cannot be read: {fault.Message}; remove it, and give nodes new join tokens", fault);
        }
    }

    /// <summary>Makes a token that is good when this returns.</summary>
    /// <param name="id">Who joins with it.</param>
    /// <param name="authorities">By which the node will know control; the newest last.</param>
    /// <param name="life">How long it is good.</param>
    /// <exception cref="InvalidOperationException">There are too many tokens.</exception>
    public JoinToken Issue(SpiffeId id, IEnumerable<X509Certificate2> authorities, TimeSpan life)
    {
        ArgumentNullException.ThrowIfNull(id);
        var token = JoinToken.Create(authorities);
        var now = _time.GetUtcNow();
        Change(tokens =>
        {
            var good = tokens.RemoveRange(tokens.Values.Where(stored => stored.Ends <= now).Select(stored => stored.Id));
            return good.Count < MaxTokens
                ? good.Add(token.Id, new StoredToken(token.Id, token.SecretDigest(), id.ToString(), now + life))
                : throw new InvalidOperationException($"there are {MaxTokens} join tokens already; revoke those that nobody needs");
        });
        return token;
    }

    /// <summary>From now on nobody joins with it; those who have joined stay.</summary>
    public void Revoke(string id) => Change(tokens => tokens.Remove(id));

    /// <summary>From now on nobody joins with any token that was issued before.</summary>
    public void RevokeAll() => Change(static _ => ImmutableDictionary<string, StoredToken>.Empty);

    /// <summary>Whom a token gives.</summary>
    /// <param name="text">As the node sent it.</param>
    /// <param name="id">Null when the token is not good.</param>
    /// <param name="fault">Why it is not; says nothing that helps in guessing.</param>
    public bool TryRedeem(string text, [NotNullWhen(true)] out SpiffeId? id, [NotNullWhen(false)] out string? fault)
    {
        id = null;
        if (!JoinToken.TryParse(text, out var token))
        {
            fault = "it is no join token";
            return false;
        }

        if (!_tokens.TryGetValue(token.Id, out var stored) || !CryptographicOperations.FixedTimeEquals(stored.SecretDigest, token.SecretDigest()))
        {
            fault = "it was never given out here, or it was revoked";
            return false;
        }

        if (stored.Ends <= _time.GetUtcNow())
        {
            fault = $"it ended at {stored.Ends:u}";
            return false;
        }

        return SpiffeId.TryParse(stored.Identity, out id, out fault);
    }

    private void Change(Func<ImmutableDictionary<string, StoredToken>, ImmutableDictionary<string, StoredToken>> change)
    {
        lock (_changing)
        {
            var next = change(_tokens);
            _folder.Write(FileName, JsonSerializer.SerializeToUtf8Bytes([.. next.Values.OrderBy(token => token.Ends).ThenBy(token => token.Id, StringComparer.Ordinal)], AuthorityJson.Default.StoredTokenArray));
            _tokens = next;
        }
    }
}
