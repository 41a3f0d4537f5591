using System.Globalization;
using System.Text.Json.Nodes;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Control.Subscriptions;

/// <summary>A subscription of the live policy as the Subscriptions API has it (3.2). Secrets are not among it, because policies hold none.</summary>
internal static class SubscriptionShape
{
    /// <summary>With <c>origin</c>, where it stands, which is ours.</summary>
    public static JsonObject Of(SubscriptionEntry entry)
    {
        var shape = WithoutOrigin(entry);
        shape["origin"] = entry.Origin.ToString();
        return shape;
    }

    /// <summary>Whether two say the same, wherever they stand.</summary>
    public static bool AreAlike(SubscriptionEntry one, SubscriptionEntry other) => JsonNode.DeepEquals(WithoutOrigin(one), WithoutOrigin(other)) && one.Paused == other.Paused;

    private static JsonObject WithoutOrigin(SubscriptionEntry entry)
    {
        var shape = new JsonObject { ["id"] = entry.Name };
        if (entry.Source is { } source) shape["source"] = source;
        if (!entry.Types.IsEmpty) shape["types"] = new JsonArray([.. entry.Types.Select(type => (JsonNode)type)]);
        if (entry.Start is { } start) shape["config"] = new JsonObject { ["start"] = TextOf(start) };
        if (!entry.Filters.IsEmpty) shape["filters"] = FilterShape.Of(entry.Filters);
        shape["sink"] = SinkOf(entry.Sink);
        shape["protocol"] = SubscriptionWish.Http;
        return shape;
    }

    /// <summary>An app of the mesh by the address that members call it by; of several the one with the largest share.</summary>
    private static string SinkOf(SinkEntry sink) => sink.Backends.IsEmpty ? sink.Uri : $"http://{sink.Backends.MaxBy(static backend => backend.Weight)!.App}{sink.Uri}";

    private static string TextOf(StartEntry start) => start switch
    {
        { IsEarliest: true } => "earliest",
        { Offset: { } offset } => offset.ToString(CultureInfo.InvariantCulture),
        { Time: { } time } => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        _ => "latest",
    };
}
