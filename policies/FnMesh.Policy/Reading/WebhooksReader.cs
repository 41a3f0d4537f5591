using System.Collections.Immutable;
using System.Net;
using FnMesh.Policy.Kinds;

namespace FnMesh.Policy.Reading;

/// <summary>Reads <c>webhooks</c> of a Mesh and <c>sink.webhook</c> of a Subscription.</summary>
internal static class WebhooksReader
{
    public static WebhooksFields? ReadMesh(FieldReader spec)
    {
        if (spec.Map("webhooks") is not { } webhooks) return null;
        var origin = webhooks.Text("origin");
        if (origin is { } written && (!Names.IsHostname(written.Value) || written.Value.StartsWith('*')))
        {
            webhooks.Error(DiagnosticCodes.InvalidName, written.Origin, $"field 'origin' must be the DNS name by which targets know the mesh, such as events.shop.example, not {Quoted.Text(written.Value)}");
            origin = null;
        }

        var list = webhooks.FilledList("networks");
        var networks = ImmutableArray.CreateBuilder<(string, IPNetwork)>();
        foreach (var text in webhooks.Texts(list, "networks"))
        {
            if (OutsideAddress.Range(text.Value) is { } range) networks.Add((text.Value, range));
            else webhooks.Error(DiagnosticCodes.InvalidValue, text.Origin, $"'networks' holds addresses and ranges, such as 10.1.2.3, 10.1.0.0/16 or fd00:1::/64 with no bits set behind the prefix, not {Quoted.Text(text.Value)}");
        }

        webhooks.Close();
        return new WebhooksFields(origin, networks.ToImmutable(), list?.Origin);
    }

    public static WebhookFields? ReadSink(FieldReader sink)
    {
        if (sink.Map("webhook") is not { } webhook) return null;
        var handshake = webhook.Flag("handshake");
        var signing = webhook.Map("signing");
        var keys = signing is null ? [] : SecretReader.ReadAll(signing, "keys");
        signing?.Close();
        var token = webhook.Map("token") is { } written ? SecretReader.Read(written) : null;
        webhook.Close();
        return new WebhookFields(webhook.Origin, handshake, keys, token);
    }
}
