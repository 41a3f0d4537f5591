using FnMesh.Gateway.Routing;

namespace FnMesh.Gateway.Balancing;

/// <summary>Who stands and who does not, as long as nothing changes.</summary>
/// <param name="Version">Of <see cref="Standings"/>, at the latest when it was made.</param>
/// <param name="Near">Those that are chosen from first: in the gateway's zone, or all where zones mean nothing.</param>
/// <param name="Far">Those in other zones.</param>
/// <param name="NearShare">The part of the attempts that go to <paramref name="Near"/>, from 0 to 1.</param>
/// <param name="Out">Those that are left alone, and tried when they are due.</param>
internal sealed record StandingView(long Version, Endpoint[] Near, Endpoint[] Far, double NearShare, Endpoint[] Out)
{
    /// <summary>One zone can do without three of ten of its endpoints.</summary>
    private const double Reserve = 1.4;

    public bool AnyStands => Near.Length + Far.Length > 0;

    /// <param name="version">Read before this is called: a change meanwhile is seen by the next.</param>
    /// <param name="all">All endpoints.</param>
    /// <param name="byZone">Whether the own zone comes first.</param>
    public static StandingView Of(long version, Endpoint[] all, bool byZone)
    {
        var standing = Array.FindAll(all, static endpoint => endpoint.State.Stands);
        var left = Array.FindAll(all, static endpoint => !endpoint.State.Stands);
        var near = Array.FindAll(standing, static endpoint => endpoint.IsNear);
        var (allNear, allFar) = (all.Count(static endpoint => endpoint.IsNear), all.Count(static endpoint => !endpoint.IsNear));
        if (!byZone || allNear == 0 || allFar == 0) return new(version, standing, [], 1, left);
        var far = Array.FindAll(standing, static endpoint => !endpoint.IsNear);
        var own = Math.Min(1, Reserve * near.Length / allNear);
        var others = Math.Min(1 - own, Reserve * far.Length / allFar);
        return new(version, near, far, near.Length == 0 ? 0 : own / (own + others), left);
    }
}
