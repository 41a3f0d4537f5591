namespace FnMesh.Policy.Tests.Reading;

public class WebhooksReaderTests
{
    [Fact]
    public void What_is_said_of_an_address_outside_is_what_the_snapshot_holds_and_no_secret_is_among_it()
    {
        var snapshot = Compile("{ origin: events.shop.example, networks: [ 10.1.0.0/16, 127.0.0.1 ] }", """
            { uri: "https://audit.example/in", webhook: { handshake: false, signing: { keys: [ { fromEnv: NEW }, { fromFile: keys/old } ] }, token: { fromFile: /run/token } } }
            """).Snapshot!;

        Assert.Equal(("events.shop.example", "10.1.0.0/16 127.0.0.1"), (snapshot.Webhooks!.Origin, string.Join(' ', snapshot.Webhooks.Networks)));
        var webhook = snapshot.Subscriptions[0].Sink.Webhook!;
        Assert.False(webhook.Handshake);
        Assert.Equal([("NEW", null), (null, "keys/old")], webhook.Keys!.Value.Select(key => (key.FromEnv, key.FromFile)));
        Assert.Equal(("/run/token", "p"), (webhook.Token!.FromFile, webhook.Token.Directory));
        Assert.Equal(PolicySnapshotJson.Write(snapshot), PolicySnapshotJson.Write(PolicySnapshotJson.Read(PolicySnapshotJson.Write(snapshot))!));
    }

    [Fact]
    public void What_is_left_out_is_not_in_the_snapshot()
    {
        var snapshot = Compile("{}", """{ uri: "https://audit.example/in", webhook: { handshake: true } }""").Snapshot!;
        Assert.Equal((null, null), (snapshot.Webhooks, snapshot.Subscriptions[0].Sink.Webhook));
    }

    [Theory]
    [InlineData("http://127.0.0.1/in", "loopback")]
    [InlineData("http://2130706433/in", "loopback")]
    [InlineData("https://localhost/in", "loopback")]
    [InlineData("http://169.254.169.254/latest", "link-local")]
    [InlineData("https://[fd00::1]/in", "unique-local")]
    [InlineData("http://[::ffff:10.0.0.1]/in", "IPv4-mapped")]
    public void An_address_that_is_not_reached_is_refused_with_its_place_and_the_mend_until_the_Mesh_names_it(string uri, string what)
    {
        var refused = Assert.Single(Compile("{}", $$"""{ uri: "{{uri}}" }""").Diagnostics);
        Assert.Equal($"p/mesh.yaml:9:22: error FNM1209: the sink's uri '{uri}' leads to an address that is {what}, where nothing is delivered unless the Mesh names it in 'webhooks.networks'", refused.ToString());
        Assert.Empty(Compile("{ networks: [ 127.0.0.1, 169.254.169.254, \"fd00::/16\", 10.0.0.0/8 ] }", $$"""{ uri: "{{uri}}" }""").Diagnostics);
    }

    [Theory]
    [InlineData("{ networks: [ 10.0.0.1/8 ] }", "{ uri: 'https://a.example' }", "FNM1106", "not '10.0.0.1/8'")]
    [InlineData("{ networks: [] }", "{ uri: 'https://a.example' }", "FNM1106", "must not be an empty list")]
    [InlineData("{ origin: 'https://shop.example' }", "{ uri: 'https://a.example' }", "FNM1107", "DNS name")]
    [InlineData("{ origin: '*.shop.example' }", "{ uri: 'https://a.example' }", "FNM1107", "DNS name")]
    [InlineData("{}", "{ uri: 'https://a.example', webhook: { signing: { keys: [ whsec_AAAA ] } } }", "FNM1105", "must be a map")]
    [InlineData("{}", "{ uri: 'https://a.example', webhook: { signing: { keys: [ { fromEnv: A, fromFile: B } ] } } }", "FNM1110", "exactly one of 'fromFile' and 'fromEnv'")]
    [InlineData("{}", "{ uri: 'https://a.example', webhook: { signing: { keys: [] } } }", "FNM1106", "must not be an empty list")]
    [InlineData("{}", "{ uri: 'https://a.example', webhook: { token: { fromEnv: 'A=B' } } }", "FNM1107", "environment variable")]
    [InlineData("{}", "{ uri: 'http://a.example', webhook: { token: { fromEnv: A } } }", "FNM1209", "a token is sent over https alone")]
    [InlineData("{}", "{ ref: { name: shop }, uri: /in, webhook: { handshake: false } }", "FNM1209", "'webhook' is about addresses outside the mesh")]
    public void What_cannot_be_is_refused_and_told(string webhooks, string sink, string code, string told)
    {
        var diagnostic = Assert.Single(Compile(webhooks, sink).Diagnostics);
        Assert.Equal(code, diagnostic.Code);
        Assert.Contains(told, diagnostic.Message, StringComparison.Ordinal);
    }

    private static PolicyCompilation Compile(string webhooks, string sink) => Policies.Compile(
        $$"""
        apiVersion: fnmesh.dev/v1alpha1
        kind: Mesh
        metadata: { name: shop }
        spec: { webhooks: {{webhooks}} }
        """,
        Policies.Subscription("audit", $"{{ sink: {sink} }}"),
        Policies.App("shop", "shop-v1"));
}
