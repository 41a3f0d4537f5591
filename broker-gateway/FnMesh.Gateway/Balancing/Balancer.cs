using FnMesh.Gateway.Routing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Gateway.Balancing;

/// <summary>
/// Chooses an endpoint of a backend for each attempt. Two are drawn and the one with less to do is taken: that spreads as well as asking all, and callers that ask at once do not all run to the same one.
/// It allocates nothing while nobody stops or begins to stand.
/// </summary>
/// <param name="endpoints">All endpoints of the backend.</param>
/// <param name="policy">How to choose, and who is left alone.</param>
/// <param name="turn">Whose turn it is; it outlives the table.</param>
/// <param name="standings">Tells when an endpoint stops or begins to stand.</param>
/// <param name="randomness">Draws.</param>
internal sealed class Balancer(Endpoint[] endpoints, BalancingEntry policy, EndpointTurn turn, Standings standings, Randomness randomness)
{
    private StandingView _view = new(0, [], [], 1, []);

    public BalancingEntry Policy => policy;

    /// <summary>The same choice among other endpoints of the backend.</summary>
    public Balancer Among(Endpoint[] others) => new(others, policy, turn, standings, randomness);

    /// <summary>Whether one of them stands, or was never tried.</summary>
    public bool AnyStands => View().AnyStands;

    /// <summary>Whether an attempt would find one that stands, or one that is due to be tried.</summary>
    public bool MayServe()
    {
        var view = View();
        if (view.AnyStands) return true;
        foreach (var endpoint in view.Out)
        {
            if (endpoint.State.IsDue) return true;
        }

        return false;
    }

    /// <summary>Who takes the next attempt: one that is due to be tried, else one that stands, rather another one than was tried last; when none stands all are tried in turn.</summary>
    /// <returns>Null when there is none at all.</returns>
    public Endpoint? Pick(Endpoint? last)
    {
        if (endpoints.Length == 0) return null;
        var view = View();
        foreach (var endpoint in view.Out)
        {
            // A repetition is no trial: it has failed once already.
            if (last is null && endpoint.State.MayTry()) return endpoint;
        }

        if (!view.AnyStands) return InTurn(endpoints, last);
        var isNear = view.Far.Length == 0 || (view.NearShare > 0 && (view.NearShare >= 1 || randomness.NextDouble() < view.NearShare));
        var (chosen, other) = isNear ? (view.Near, view.Far) : (view.Far, view.Near);
        // Rather a stranger than who failed just now.
        return Choose(chosen is [var only] && other.Length > 0 && ReferenceEquals(only.State, last?.State) ? other : chosen, last);
    }

    /// <summary>Counts what an attempt found.</summary>
    /// <param name="endpoint">Where it went.</param>
    /// <param name="failed">Whether that speaks against the endpoint.</param>
    /// <param name="began">When it began, as a timestamp.</param>
    /// <returns>Whether the endpoint is left alone because of it.</returns>
    public bool Report(Endpoint endpoint, bool failed, long began)
    {
        if (failed) return endpoint.State.Failed(policy.Outlier, endpoints, began);
        endpoint.State.Succeeded(began);
        return false;
    }

    private Endpoint Choose(Endpoint[] among, Endpoint? last)
    {
        if (among.Length == 1) return among[0];
        if (policy.Algorithm == BalanceAlgorithm.RoundRobin) return InTurn(among, last);
        var draw = randomness.NextUInt64();
        var first = (int)(((draw >> 32) * (uint)among.Length) >> 32);
        var second = (int)(((draw & uint.MaxValue) * (uint)(among.Length - 1)) >> 32);
        if (second >= first) second++;
        var (one, other) = (among[first], among[second]);
        if (ReferenceEquals(one.State, last?.State)) return other;
        if (ReferenceEquals(other.State, last?.State)) return one;
        return policy.Algorithm == BalanceAlgorithm.LeastRequest
            ? other.State.InFlight < one.State.InFlight ? other : one
            : Cheaper(one, other);
    }

    /// <summary>One that is new counts as quick as whom it is compared with: it is neither flooded, since its calls in flight count, nor left waiting.</summary>
    private static Endpoint Cheaper(Endpoint one, Endpoint other)
    {
        var (mine, yours) = (one.State.Latency.Read(), other.State.Latency.Read());
        var cost = (mine ?? yours ?? 1) * (one.State.InFlight + 1);
        return (yours ?? mine ?? 1) * (other.State.InFlight + 1) < cost ? other : one;
    }

    private Endpoint InTurn(Endpoint[] among, Endpoint? last)
    {
        var next = turn.Next(among.Length);
        return ReferenceEquals(among[next].State, last?.State) ? among[(next + 1) % among.Length] : among[next];
    }

    private StandingView View()
    {
        var view = Volatile.Read(ref _view);
        var version = standings.Version;
        if (view.Version == version) return view;
        view = StandingView.Of(version, endpoints, policy.ZonePreference);
        Volatile.Write(ref _view, view);
        return view;
    }
}
