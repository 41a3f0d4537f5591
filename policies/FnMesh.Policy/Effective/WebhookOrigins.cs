using System.Collections.Immutable;
using FnMesh.Policy.Kinds;
using FnMesh.Policy.Snapshots;

namespace FnMesh.Policy.Effective;

/// <summary>What acts for deliveries to the outside, and where it is written.</summary>
internal static class WebhookOrigins
{
    private const string None = "none";

    public static ImmutableArray<EffectiveField> OfMesh(Mesh mesh, string trustDomain) =>
    [
        Field("webhooks.origin", mesh.Webhooks?.Origin?.Value ?? trustDomain, "Mesh", mesh.Name, mesh.Webhooks?.Origin?.Origin),
        Field("webhooks.networks", mesh.Webhooks is { Networks: { IsEmpty: false } networks } ? string.Join(", ", networks.Select(network => network.Text)) : None, "Mesh", mesh.Name, mesh.Webhooks?.NetworksOrigin),
    ];

    /// <summary>Nothing for a sink in the mesh.</summary>
    public static ImmutableArray<EffectiveField> Of(Subscription subscription, SubscriptionEntry entry)
    {
        if (!entry.Sink.Backends.IsEmpty) return [];
        var (written, acts) = (subscription.Sink?.Webhook, entry.Sink.Webhook);
        EffectiveField Own(string field, string value, Origin? origin) => Field(field, value, "Subscription", subscription.Name, origin);
        return
        [
            Own("sink.webhook.handshake", acts?.Handshake is false ? "false" : "true", written?.Handshake?.Origin),
            Own("sink.webhook.signing.keys", acts?.Keys is { } keys ? string.Join(", ", keys.Select(Text)) : None, acts?.Keys?[0].Origin),
            Own("sink.webhook.token", acts?.Token is { } token ? Text(token) : None, acts?.Token?.Origin),
        ];
    }

    private static string Text(SecretEntry secret) => secret.FromFile is { } file ? $"file {file}" : $"variable {secret.FromEnv}";

    private static EffectiveField Field(string field, string value, string kind, string name, Origin? origin) => new(field, value, origin is null ? null : kind, origin is null ? null : name, origin);
}
