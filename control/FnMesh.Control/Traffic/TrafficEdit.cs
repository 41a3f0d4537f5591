using System.Collections.Immutable;
using FnMesh.Control.Editing;
using FnMesh.Policy;
using FnMesh.Policy.Editing;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Traffic;

/// <summary>A new split, on its way into the file that holds the app.</summary>
internal static class TrafficEdit
{
    /// <inheritdoc cref="PolicyEdit.Make"/>
    /// <param name="folder">Where the policy lies.</param>
    /// <param name="compile">Compiles files.</param>
    /// <param name="app">The app as it is live.</param>
    /// <param name="shares">Revisions of the app; they add up to 100.</param>
    public static PolicyEdit Make(PolicyFolder folder, Func<IReadOnlyList<PolicySource>, PolicyCompilation> compile, AppEntry app, IReadOnlyList<TrafficShare> shares) => PolicyEdit.Make(
        folder, compile, app.Origin, "split",
        source => (TrafficText.Rewrite(source, app.Name, shares, out var fault), fault),
        policy => Holds(policy.Apps.FirstOrDefault(one => one.Name == app.Name)?.Traffic ?? [], shares));

    /// <summary>Whether a split is as it is wanted; a revision with no share may be left out.</summary>
    public static bool Holds(ImmutableArray<TrafficShare> split, IEnumerable<TrafficShare> wanted) =>
        split.Where(share => share.Percent > 0).ToHashSet().SetEquals(wanted.Where(share => share.Percent > 0));
}
