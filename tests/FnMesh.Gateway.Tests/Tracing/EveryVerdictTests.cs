using System.Net;
using FnMesh.Gateway.Idempotency;
using FnMesh.Gateway.Pipeline;
using FnMesh.Gateway.Tests.Broker;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Node.Identity;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FnMesh.Gateway.Tests.Tracing;

/// <summary>Every refused call says in its answer and in its span the one true reason, whoever called and in whatever form.</summary>
public sealed class EveryVerdictTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    /// <summary>How each comes about: the field of a TrafficPolicy, or the word for another way, and what the reason holds.</summary>
    private static readonly (Verdict Verdict, string Policy, string Reason)[] Ways =
    [
        (Verdict.Malformed, "path: /a/%2e%2e/b", "plainly"),
        (Verdict.Denied, "deny", "AuthorizationPolicy"),
        (Verdict.NoRoute, "path: /nowhere", "matches"),
        (Verdict.RateLimited, "limits: { requestsPerSecond: 1, burst: 2, per: principal }", "requestsPerSecond"),
        (Verdict.BreakerOpen, "circuitBreaker: { failureRatio: 1, minimumThroughput: 2, breakFor: 60s }", "circuit breaker"),
        (Verdict.Overloaded, "limits: { inFlight: 1 }", "inFlight"),
        (Verdict.NoEndpoint, "empty", "no endpoint"),
        (Verdict.NotReady, "none", "no policy yet"),
        (Verdict.Unreachable, "reset", "broke off"),
        (Verdict.Timeout, "timeouts: { request: 100ms }", "request"),
        (Verdict.InvalidBackend, "nobody", "nobody"),
        (Verdict.Bug, "bug", "log"),
        (Verdict.Injected, "fault: { abort: { status: 503 } }", "injected"),
    ];

    /// <summary>Of calls with an Idempotency-Key or publications, which gRPC has not; that gRPC is told TooLarge is in BodyLimitTests.</summary>
    private static readonly Verdict[] WithoutGrpc = [Verdict.Conflict, Verdict.TooLarge, Verdict.Unsupported];

    /// <summary>Nothing comes to these yet, nobody is there to read the answer, or, of Misdirected, only connections with TLS have it (ConformanceTests, TlsListenerTests).</summary>
    private static readonly Verdict[] NeverAnswered = [Verdict.Misdirected, Verdict.Continue, Verdict.Answered, Verdict.Unauthenticated, Verdict.Expired, Verdict.Cancelled, Verdict.Stalled, Verdict.Stopped];

    [Fact]
    public void Every_verdict_is_asked_for() => Assert.Equal(Enum.GetValues<Verdict>().Except(NeverAnswered).Order(), Ways.Select(way => way.Verdict).Concat(WithoutGrpc).Order());

    public static TheoryData<string, bool, bool> Refusals() =>
        [.. from way in Ways from isMesh in new[] { false, true } from isGrpc in new[] { false, true } select ($"{way.Verdict}", isMesh, isGrpc)];

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_told_by_header_and_span(string verdict, bool isMesh, bool isGrpc)
    {
        var (_, how, reason) = Ways.Single(way => way.Verdict == Enum.Parse<Verdict>(verdict));
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously), go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await ScriptedFunction.StartAsync(async (context, number) =>
        {
            if (how == "reset") context.Abort();
            if (how.StartsWith("circuitBreaker", StringComparison.Ordinal)) context.Response.StatusCode = 500;
            if (how.Contains("inFlight", StringComparison.Ordinal) || how.StartsWith("timeouts", StringComparison.Ordinal))
            {
                reached.TrySetResult();
                await go.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }, protocols: isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
        await using var edge = await Edge.StartAsync(how == "none" ? null : Policy(function.Address, how, isMesh), last: how == "bug" ? new BrokenStage() : null, caller: isMesh ? SpiffeId.App("mesh.local", "default", "cart") : null);
        if (how == "empty") edge.Apply(EndpointSnapshot.Empty);
        using var spans = new SpansOf(edge);
        // What has to come before: the calls that use up a limit or open a breaker, or one that stays.
        for (var call = 0; call < 2 && (how.StartsWith("circuitBreaker", StringComparison.Ordinal) || how.Contains("requestsPerSecond", StringComparison.Ordinal)); call++)
        {
            using var before = await SendAsync(edge, how, isGrpc);
            await edge.EndedAsync();
        }

        var staying = how.Contains("inFlight", StringComparison.Ordinal) ? SendAsync(edge, how, isGrpc) : null;
        if (staying is not null) await reached.Task.WaitAsync(Cancel);

        using var answer = await SendAsync(edge, how, isGrpc);
        await edge.EndedAsync();

        Assert.Equal(verdict, Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
        var told = isGrpc ? Assert.Single(answer.Headers.GetValues("grpc-message")) : await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains(reason, told, StringComparison.Ordinal);
        var span = spans.Ended.Single(ended => ended.GetTagItem("fnmesh.kind") is "call" && ended.GetTagItem("fnmesh.verdict") is not "Answered");
        Assert.Equal(verdict, span.GetTagItem("fnmesh.verdict"));
        Assert.Contains(reason, Assert.IsType<string>(span.GetTagItem("fnmesh.reason")), StringComparison.Ordinal);
        go.SetResult();
        if (staying is not null) (await staying).Dispose();
    }

    [Theory]
    [InlineData("Conflict", false)]
    [InlineData("Conflict", true)]
    [InlineData("TooLarge", false)]
    [InlineData("TooLarge", true)]
    [InlineData("Unsupported", false)]
    [InlineData("Unsupported", true)]
    public async Task What_gRPC_has_not_is_told_by_header_and_span(string verdict, bool isMesh)
    {
        using var folder = new TempDirectory();
        await using var keys = new KeyStore(folder.Path, TimeProvider.System);
        await using var function = await ScriptedFunction.StartAsync(200);
        await using var edge = await Edge.StartAsync(Policy(function.Address, "idempotency: { keepFor: 1h }", isMesh), keys: keys, caller: isMesh ? SpiffeId.App("mesh.local", "default", "cart") : null);
        using var spans = new SpansOf(edge);
        var isEvent = verdict == "Unsupported";
        if (verdict == "Conflict")
        {
            using var first = await PostAsync(edge, "/a", "one", isMesh);
            await edge.EndedAsync();
        }

        using var answer = await PostAsync(edge, isEvent ? "/events" : "/a", verdict == "TooLarge" ? new string('x', 100_000) : "two", isMesh);
        await edge.EndedAsync();

        Assert.Equal(verdict, Assert.Single(answer.Headers.GetValues("fnmesh-verdict")));
        var span = spans.Ended.Last(ended => ended.Kind != System.Diagnostics.ActivityKind.Client);
        Assert.Equal(verdict, span.GetTagItem("fnmesh.verdict"));
        Assert.NotNull(span.GetTagItem("fnmesh.reason"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_goes_away_is_told_by_the_span(bool isMesh)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var function = await ScriptedFunction.StartAsync(async (context, _) =>
        {
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        await using var edge = await Edge.StartAsync(Policy(function.Address, "retry: { attempts: 0 }", isMesh), caller: isMesh ? SpiffeId.App("mesh.local", "default", "cart") : null);
        using var spans = new SpansOf(edge);
        using var gone = new CancellationTokenSource();
        var call = edge.Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/a") { Headers = { Host = "shop" } }, gone.Token);
        await reached.Task.WaitAsync(Cancel);

        await gone.CancelAsync();
        await edge.EndedAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(("Cancelled", "the caller went away"), (spans.Call.GetTagItem("fnmesh.verdict"), spans.Call.GetTagItem("fnmesh.reason")));
    }

    private static string Policy(Uri function, string how, bool isMesh)
    {
        var route = Yaml.Route("/a", how == "nobody" ? "nobody" : "shop");
        if (isMesh) route = route.Replace("name: edge", "kind: FunctionApp, name: shop", StringComparison.Ordinal);
        var more = how == "deny"
            ? "kind: AuthorizationPolicy\nmetadata: { name: closed }\nspec: { targetRefs: [ { kind: FunctionApp, name: shop } ], action: DENY, rules: [ { to: [ { operations: [ call ] } ] } ] }\n"
            : $"kind: TrafficPolicy\nmetadata: {{ name: own }}\nspec: {{ targetRefs: [ {{ kind: FunctionApp, name: shop }} ], {(how.Contains('{', StringComparison.Ordinal) && !how.StartsWith("retry", StringComparison.Ordinal) ? how + ", " : "")}retry: {{ attempts: 0 }} }}\n";
        return Yaml.App("shop", function) + route + $"\n---\napiVersion: fnmesh.dev/v1alpha1\n{more}";
    }

    private static Task<HttpResponseMessage> SendAsync(Edge edge, string how, bool isGrpc)
    {
        var path = how.StartsWith("path: ", StringComparison.Ordinal) ? how[6..] : "/a/Call";
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(edge.Address.AbsoluteUri.TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = new ByteArrayContent([0, 0, 0, 0, 0]) };
        request.Headers.Host = "shop";
        if (!isGrpc) return edge.Client.SendAsync(request, Cancel);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        request.Content.Headers.ContentType = new("application/grpc");
        return edge.Client.SendAsync(request, Cancel);
    }

    private static Task<HttpResponseMessage> PostAsync(Edge edge, string path, string body, bool isMesh)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
        request.Headers.Host = isMesh && path == "/events" ? "broker" : "shop";
        request.Headers.Add("Idempotency-Key", "\"k\"");
        if (path == "/events") request.Content.Headers.ContentType = new("application/cloudevents+avro");
        return edge.Client.SendAsync(request, Cancel);
    }

    /// <summary>A bug.</summary>
    private sealed class BrokenStage : IStage
    {
        public Verdict Enter(Envelope envelope) => throw new InvalidOperationException("broken");

        public void Leave(Envelope envelope, in Outcome outcome)
        {
        }
    }
}
