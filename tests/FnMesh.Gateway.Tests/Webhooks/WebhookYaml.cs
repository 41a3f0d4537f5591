using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Webhooks;

/// <summary>A policy with one sink outside the mesh, which stands on this machine.</summary>
internal static class WebhookYaml
{
    public const string Origin = "events.shop.example";

    /// <param name="sink">The address.</param>
    /// <param name="webhook">Fields of <c>sink.webhook</c>, in flow style.</param>
    /// <param name="delivery">Fields of <c>delivery</c>, in flow style.</param>
    /// <param name="more">Further fields of the Subscription, with a leading comma.</param>
    public static string Of(Uri sink, string webhook = "", string delivery = "retry: 3, backoffDelay: 10ms", string more = "") => $$"""
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: shop }
        spec: { webhooks: { origin: {{Origin}}, networks: [ 127.0.0.1 ] } }
        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: Subscription
        metadata: { name: audit }
        spec: { types: [ test.a ], sink: { uri: "{{sink}}", webhook: { {{webhook}} } }, delivery: { {{delivery}} }{{more}} }

        """ + Yaml.Publishers();
}
