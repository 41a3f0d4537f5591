using System.Security.Cryptography;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Webhooks;

namespace FnMesh.Gateway.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_key_has_24_to_64_bytes(int bytes, bool isKey) => Assert.Equal(isKey, WebhookSignature.KeyOf("whsec_" + Convert.ToBase64String(new byte[bytes])) is not null);

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("whsec_")]
    [InlineData("whsec_no base64 at all, but long enough")]
    [InlineData("")]
    public void What_is_written_otherwise_is_no_key(string text) => Assert.Null(WebhookSignature.KeyOf(text));

    [Fact]
    public void A_signature_is_over_id_time_and_body_as_the_standard_joins_them()
    {
        byte[] key = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, "msg_1.1700000000.{\"a\":1}"u8));
        Assert.Equal(expected, WebhookSignature.Of([[.. key]], "msg_1", 1_700_000_000, "{\"a\":1}"u8));
    }

    [Fact]
    public void Ids_differ_by_subscription_by_event_and_by_place_in_the_log()
    {
        var one = new StoredEvent(1, DateTimeOffset.UnixEpoch, TestEvents.Of("1"));
        string[] ids =
        [
            WebhookSignature.IdOf("a", [one]), WebhookSignature.IdOf("b", [one]), WebhookSignature.IdOf("a", [one with { Offset = 2 }]),
            WebhookSignature.IdOf("a", [one with { Event = TestEvents.Of("2") }]), WebhookSignature.IdOf("a", [one, one]),
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(ids[0], WebhookSignature.IdOf("a", [one]));
    }
}
