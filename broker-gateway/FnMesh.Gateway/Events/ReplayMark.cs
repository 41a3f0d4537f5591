using System.Globalization;

namespace FnMesh.Gateway.Events;

/// <summary>Says that an event stands in the log once more, for one subscription alone.</summary>
/// <param name="Subscription">Whose it is; all others pass over it.</param>
/// <param name="Origin">The offset at which it was published.</param>
/// <param name="Lane">The lane of that offset; null where the broker has one alone.</param>
internal sealed record ReplayMark(string Subscription, long Origin, int? Lane = null)
{
    /// <summary>Where it was published, as <c>fnmesh-replay</c> says it: the offset, after its lane and a colon where there are several.</summary>
    public string Place => Lane is { } lane ? string.Create(CultureInfo.InvariantCulture, $"{lane}:{Origin}") : Origin.ToString(CultureInfo.InvariantCulture);
}
