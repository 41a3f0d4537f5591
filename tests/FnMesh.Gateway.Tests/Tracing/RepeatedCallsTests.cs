using System.Net;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Node.Identity;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FnMesh.Gateway.Tests.Tracing;

/// <summary>Every attempt that was repeated says in its span why, and its call how it ended.</summary>
public sealed class RepeatedCallsTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("503", "Answered", "http.response.status_code", "503")]
    [InlineData("reset", "Unreachable", "fnmesh.reason", "broke off")]
    [InlineData("never", "Timeout", "fnmesh.reason", "backendRequest")]
    [InlineData("grpc 14", "Answered", "rpc.grpc.status_code", "14")]
    public async Task An_attempt_that_was_repeated_says_why(string fails, string verdict, string attribute, string value)
    {
        foreach (var isMesh in new[] { false, true })
        {
            var isGrpc = fails.StartsWith("grpc", StringComparison.Ordinal);
            await using var function = await ScriptedFunction.StartAsync((context, number) => AnswerAsync(context, number == 1 ? fails : isGrpc ? "grpc 0" : "200"), protocols: isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1);
            await using var edge = await Edge.StartAsync(Policy(function.Address), caller: isMesh ? SpiffeId.App("mesh.local", "default", "cart") : null);
            using var spans = new SpansOf(edge);

            using var answer = await SendAsync(edge, isGrpc);
            await edge.EndedAsync();

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var attempts = spans.Attempts.ToArray();
            Assert.Equal(2, attempts.Length);
            Assert.Equal((verdict, "Error"), (attempts[0].GetTagItem("fnmesh.verdict"), $"{attempts[0].Status}"));
            Assert.Contains(value, $"{attempts[0].GetTagItem(attribute)}", StringComparison.Ordinal);
            Assert.NotNull(attempts[0].GetTagItem("error.type"));
            Assert.Equal(("Answered", 1, "Unset"), (attempts[1].GetTagItem("fnmesh.verdict"), attempts[1].GetTagItem("http.request.resend_count"), $"{attempts[1].Status}"));
            Assert.Equal("Answered", spans.Call.GetTagItem("fnmesh.verdict"));
        }
    }

    [Fact]
    public async Task An_attempt_that_was_not_sent_says_so()
    {
        await using var function = await ScriptedFunction.StartAsync(200);
        Uri gone;
        await using (var other = await ScriptedFunction.StartAsync(200)) gone = other.Address;
        await using var edge = await Edge.StartAsync(Policy(function.Address));
        edge.Apply(new EndpointSnapshot([new RevisionEndpoints("shop", "shop-v1", true, [gone, function.Address])]));
        using var spans = new SpansOf(edge);
        // By turns: one of the two begins with the one that is gone.
        for (var call = 0; call < 2; call++)
        {
            using var answer = await SendAsync(edge, isGrpc: false);
            await edge.EndedAsync();
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var failed = spans.Attempts.First(Failed);
        Assert.Equal("Unreachable", failed.GetTagItem("fnmesh.verdict"));
        Assert.NotNull(failed.GetTagItem("fnmesh.reason"));

        static bool Failed(System.Diagnostics.Activity span) => span.GetTagItem("fnmesh.verdict") is not "Answered";
    }

    private static async Task AnswerAsync(HttpContext context, string what)
    {
        if (what == "reset") context.Abort();
        else if (what == "never") await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else if (what.StartsWith("grpc ", StringComparison.Ordinal)) (context.Response.ContentType, context.Response.Headers["grpc-status"]) = ("application/grpc", what[5..]);
        else context.Response.StatusCode = int.Parse(what, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Policy(Uri function) => Yaml.App("shop", function) + Yaml.Route("/a", "shop") + """

        ---
        apiVersion: fnmesh.dev/v1alpha1
        kind: TrafficPolicy
        metadata: { name: repeated }
        spec: { targetRefs: [ { kind: FunctionApp, name: shop } ], timeouts: { backendRequest: 300ms }, loadBalancing: { algorithm: RoundRobin }, retry: { attempts: 1, backoff: 1ms, unsafeMethods: true } }

        """;

    private static Task<HttpResponseMessage> SendAsync(Edge edge, bool isGrpc)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/a/Call") { Content = new ByteArrayContent([0, 0, 0, 0, 0]), Headers = { Host = "shop" } };
        if (!isGrpc) return edge.Client.SendAsync(request, Cancel);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        request.Content.Headers.ContentType = new("application/grpc");
        return edge.Client.SendAsync(request, Cancel);
    }
}
