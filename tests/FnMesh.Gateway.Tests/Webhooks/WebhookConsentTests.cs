using System.Net;
using FnMesh.Gateway.Tests.Deliveries;
using FnMesh.Gateway.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Webhooks;

/// <summary>How a permission comes, holds and goes, by a clock that the test moves.</summary>
public sealed class WebhookConsentTests : IDisposable
{
    private readonly ArmedTime _time = new();
    private readonly SemaphoreSlim _opened = new(0);

    public void Dispose() => _opened.Dispose();

    [Fact]
    public void A_wait_ends_by_the_clock_tells_so_and_a_shorter_one_takes_nothing_off_it()
    {
        var opened = 0;
        var consent = new WebhookConsent(isAsked: false, _time) { Opened = () => opened++ };
        consent.Hold(TimeSpan.FromSeconds(30), "it is busy");
        consent.Hold(TimeSpan.FromSeconds(3), "it is busy");
        Assert.Equal("it is busy, for 30 s more", consent.WhyClosed);

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal((false, 0), (consent.IsOpen, opened));
        _time.Advance(TimeSpan.FromMilliseconds(1_001));
        Assert.Equal((true, 1), (consent.IsOpen, opened));
    }

    [Fact]
    public void What_has_ended_is_not_given_again()
    {
        var consent = new WebhookConsent(isAsked: true, _time);
        consent.End("gone");
        Assert.False(consent.Give(null));
        Assert.Equal((true, "gone"), (consent.IsGone, consent.WhyClosed));
    }

    [Fact]
    public async Task A_permission_is_asked_for_again_after_a_day_and_ever_more_seldom_while_it_is_not_given()
    {
        var answers = new Queue<string?>(["", "", "*", "", "*"]);
        using var client = new HttpMessageInvoker(new Answering(answers));
        var consent = new WebhookConsent(isAsked: true, _time);
        await using var consents = new WebhookConsents(() => _opened.Release(), NullLogger.Instance, _time);
        consents.Follow([new Webhook(
            new WebhookKey("audit", new Uri("https://audit.example/in"), WebhookYaml.Origin, null, Handshake: true, IsPaused: false, ""),
            client, new WebhookSecrets(null, WebhookOptions.Default.Environment, _time), consent, TimeSpan.FromDays(1))]);

        await NextAsync(TimeSpan.FromSeconds(1));
        await NextAsync(TimeSpan.FromSeconds(2));
        var day = await ArmedAsync();
        Assert.True(await _opened.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal((WebhookConsents.Life, true), (day, consent.IsOpen));

        _time.Advance(day);
        await NextAsync(TimeSpan.FromSeconds(1), closed: consent);
        await ArmedAsync();
        Assert.True(consent.IsOpen);
        Assert.Empty(answers);

        async Task NextAsync(TimeSpan expected, WebhookConsent? closed = null)
        {
            Assert.Equal(expected, await ArmedAsync());
            if (closed is not null) Assert.False(closed.IsOpen);
            _time.Advance(expected);
        }
    }

    /// <summary>The limit of a question is a timer too.</summary>
    private async Task<TimeSpan> ArmedAsync()
    {
        while (true)
        {
            var wait = await _time.ArmedAsync();
            if (wait != TimeSpan.FromSeconds(10)) return wait;
        }
    }

    private sealed class Answering(Queue<string?> origins) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK);
            if (origins.Dequeue() is { Length: > 0 } origin) answer.Headers.TryAddWithoutValidation("WebHook-Allowed-Origin", origin);
            return Task.FromResult(answer);
        }
    }
}
