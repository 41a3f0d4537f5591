using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Sessions;

/// <summary>The session of one call.</summary>
/// <param name="rule">Whose it is.</param>
/// <param name="way">Where it leads; null when it begins.</param>
/// <param name="endpoint">Who has it; null when it begins.</param>
/// <param name="token">What it brought; nothing when it begins.</param>
internal sealed class Session(SessionRule rule, Way? way, Endpoint? endpoint, SessionToken token)
{
    public SessionEntry Entry => rule.Entry;

    /// <inheritdoc cref="SessionRule.Path"/>
    public string Path => rule.Path;

    public Way? Way => way;

    public Endpoint? Endpoint => endpoint;

    /// <summary>What the caller is told when an endpoint answers: a cookie when that is another than it had or its last use must be noted, a header always.</summary>
    /// <param name="answered">Who answers.</param>
    /// <param name="left">How long the session lasts at most; null for no end.</param>
    /// <returns>Null when there is nothing to tell.</returns>
    public string? TokenFor(Endpoint answered, out TimeSpan? left)
    {
        var isSame = ReferenceEquals(answered.State, endpoint?.State);
        left = null;
        return isSame && Entry.Type == SessionType.Cookie && !rule.IsWorn(token) ? null : rule.TokenOf(answered, isSame ? token.Began : null, out left);
    }
}
