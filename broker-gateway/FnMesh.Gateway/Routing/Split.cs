namespace FnMesh.Gateway.Routing;

/// <summary>Weighted ways. The choice is a pure function of a number, so that it can be drawn, hashed or replayed.</summary>
internal sealed class Split
{
    private readonly Way?[] _ways;
    private readonly double[] _upTo;

    /// <param name="ways">Ways with weights of 0 or more; those of weight 0 are never chosen.</param>
    /// <param name="nowhere">The weight of what leads nowhere.</param>
    public Split(IEnumerable<(Way Way, double Weight)> ways, double nowhere = 0)
    {
        (Way? Way, double Weight)[] all = [.. ways, (null, nowhere)];
        var chosen = all.Where(static way => way.Weight > 0).ToArray();
        var total = chosen.Sum(way => way.Weight);
        var sum = 0.0;
        _ways = [.. chosen.Select(way => way.Way)];
        Ways = [.. _ways.OfType<Way>()];
        _upTo = [.. chosen.Select(way => (sum += way.Weight) / total)];
    }

    /// <summary>Those that may be chosen.</summary>
    public IReadOnlyList<Way> Ways { get; }

    /// <summary>The way to a revision, if it may be chosen.</summary>
    public Way? To(string? revision)
    {
        if (revision is null) return null;
        foreach (var way in Ways)
        {
            if (way.Backend.Revision == revision) return way;
        }

        return null;
    }

    /// <param name="unit">From 0 up to, but not, 1.</param>
    /// <returns>Null when no way has a weight, and for the share of what leads nowhere.</returns>
    public Way? Choose(double unit)
    {
        for (var i = 0; i < _ways.Length - 1; i++)
        {
            if (unit < _upTo[i]) return _ways[i];
        }

        return _ways.Length == 0 ? null : _ways[^1];
    }
}
