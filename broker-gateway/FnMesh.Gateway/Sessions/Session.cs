using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Sessions;

/// <summary>The session of one call.</summary>
/// <param name="rule">Whose it is.</param>
/// <param name="way">Where it leads; null when it begins.</param>
/// <param name="endpoint">Who has it; null when it begins.</param>
/// <param name="began">When, to the second.</param>
internal sealed class Session(SessionRule rule, Way? way, Endpoint? endpoint, DateTimeOffset began)
{
    public SessionEntry Entry => rule.Entry;

    public Way? Way => way;

    public Endpoint? Endpoint => endpoint;

    /// <summary>What the caller is told when an endpoint answers: a cookie when that is another than it had, a header always.</summary>
    /// <returns>Null when there is nothing to tell.</returns>
    public string? TokenFor(Endpoint answered)
    {
        var isSame = ReferenceEquals(answered.State, endpoint?.State);
        return isSame && Entry.Type == SessionType.Cookie ? null : rule.TokenOf(answered, isSame ? began : null);
    }
}
