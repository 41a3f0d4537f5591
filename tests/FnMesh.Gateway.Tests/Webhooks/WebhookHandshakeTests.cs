using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Gateway.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace FnMesh.Gateway.Tests.Webhooks;

/// <summary>CloudEvents HTTP webhook, 4: which answers are consent.</summary>
public sealed class WebhookHandshakeTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, "events.shop.example", null, null, null)]
    [InlineData(405, "*", null, null, null)]
    [InlineData(500, "EVENTS.shop.example", "*", null, null)]
    [InlineData(200, "*", "100", null, 100)]
    [InlineData(200, "*", "30", 60, 30)]
    [InlineData(200, "*", "*", 60, null)]
    public async Task Permission_is_what_the_headers_say_whatever_the_status(int status, string origin, string? rate, int? asked, int? perMinute)
    {
        var (answer, question) = await AskAsync(status, [origin], rate, asked);
        Assert.Equal((true, perMinute, null), (answer.IsGiven, answer.PerMinute, answer.Why));
        Assert.Equal(("OPTIONS", "/in?for=shop", "events.shop.example"), (question.Method, question.Target, question.Headers["WebHook-Request-Origin"]));
        Assert.Equal(asked?.ToString(), question.Headers.GetValueOrDefault("WebHook-Request-Rate"));
        Assert.False(question.Headers.ContainsKey("Authorization") || question.Headers.ContainsKey("WebHook-Request-Callback"));
    }

    [Theory]
    [InlineData(200, new string[0], "100", null, "has no WebHook-Allowed-Origin")]
    [InlineData(204, new[] { "" }, "*", null, "has no WebHook-Allowed-Origin")]
    [InlineData(200, new[] { "other.example" }, "*", null, "it permits 'other.example' and not 'events.shop.example'")]
    [InlineData(200, new[] { "*.shop.example" }, "*", null, "it permits '*.shop.example'")]
    [InlineData(200, new[] { "*", "events.shop.example" }, "*", null, "has no WebHook-Allowed-Origin")]
    [InlineData(200, new[] { "*" }, null, 60, "asked for 60 requests in a minute")]
    [InlineData(200, new[] { "*" }, "0", null, "'0' is no WebHook-Allowed-Rate")]
    [InlineData(200, new[] { "*" }, "-1", null, "'-1' is no WebHook-Allowed-Rate")]
    [InlineData(200, new[] { "*" }, "many", 60, "'many' is no WebHook-Allowed-Rate")]
    [InlineData(302, new string[0], null, null, "its answer 302")]
    public async Task Nothing_else_is_permission_and_the_reason_is_told(int status, string[] origins, string? rate, int? asked, string why)
    {
        var (answer, _) = await AskAsync(status, origins, rate, asked);
        Assert.False(answer.IsGiven);
        Assert.False(answer.IsGone);
        Assert.Contains(why, answer.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gone_is_the_last_answer()
    {
        var (answer, _) = await AskAsync(410, ["*"], "*", null);
        Assert.Equal((false, true), (answer.IsGiven, answer.IsGone));
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_not_asked()
    {
        using var pem = new PemFiles();
        pem.Write("shop", "localhost");
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(pem["shop.crt"], pem["shop.key"]))));
        await using var app = builder.Build();
        var asked = 0;
        app.Run(_ =>
        {
            asked++;
            return Task.CompletedTask;
        });
        await app.StartAsync(Cancel);
        var port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

        var answer = await WebhookHandshake.AskAsync(Of(new Uri($"https://localhost:{port}/in"), null), TimeProvider.System, Cancel);

        Assert.Equal((false, 0), (answer.IsGiven, asked));
        Assert.Contains("SSL", answer.Why, StringComparison.Ordinal);
    }

    private static async Task<(HandshakeAnswer Answer, ScriptedFunction.Received Question)> AskAsync(int status, string[] origins, string? rate, int? asked)
    {
        await using var target = await Target.StartAsync(with => with.OnOptions = answer =>
        {
            answer.StatusCode = status;
            if (origins.Length > 0) answer.Headers["WebHook-Allowed-Origin"] = origins;
            if (rate is not null) answer.Headers["WebHook-Allowed-Rate"] = rate;
        });
        return (await WebhookHandshake.AskAsync(Of(target.Address, asked), TimeProvider.System, Cancel), Assert.Single(target.Questions));
    }

    private static Webhook Of(Uri address, int? asked) => new(
        new WebhookKey("audit", address, WebhookYaml.Origin, asked, Handshake: true, IsPaused: false, ""),
        BackendClient.Create(TimeProvider.System),
        new WebhookSecrets(null, WebhookOptions.Default.Environment, TimeProvider.System),
        new WebhookConsent(isAsked: true, TimeProvider.System),
        TimeSpan.FromDays(1));
}
