using System.Globalization;
using System.Net;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Forwarding;

/// <summary>By itself: what other tests keep would be counted too.</summary>
[CollectionDefinition(nameof(FlatMemoryTests), DisableParallelization = true)]
[Collection(nameof(FlatMemoryTests))]
public sealed class FlatMemoryTests
{
    private const long Step = 32L << 20;
    private const long MostGrowth = 20_000_000;

    // `bench/wall body` sends 1 GiB.
    private static readonly long Total = (Environment.GetEnvironmentVariable("FNMESH_WALL_BODY_MIB") is { Length: > 0 } mebibytes ? long.Parse(mebibytes, CultureInfo.InvariantCulture) : 128) << 20;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly List<long> _heaps = [];

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_large_body_passes_and_then_one_back_and_the_heap_stays_as_it_is(string version)
    {
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            var (buffer, taken) = (new byte[64 * 1024], 0L);
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0) taken = Passed(taken, read);
            context.Response.ContentLength = taken;
            for (var given = 0L; given < taken;)
            {
                given = Passed(given, buffer.Length);
                await context.Response.Body.WriteAsync(buffer, context.RequestAborted);
            }
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", timeouts: { request: 0s }"));

        Assert.Equal(Total, await SendAsync(edge, version, "application/octet-stream"));

        AssertFlat(2 * Total / Step);
    }

    [Fact]
    public async Task A_large_stream_of_gRPC_passes_both_ways_at_once_and_the_heap_stays_as_it_is()
    {
        await using var function = await Http2Function.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            var (buffer, echoed) = (new byte[64 * 1024], 0L);
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
            {
                echoed = Passed(echoed, read);
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            }

            context.Response.AppendTrailer("grpc-status", "0");
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop", ", timeouts: { request: 0s }"));

        Assert.Equal(Total, await SendAsync(edge, "2.0", "application/grpc"));

        AssertFlat(Total / Step);
    }

    private static async Task<long> SendAsync(Edge edge, string version, string type)
    {
        edge.Client.Timeout = Timeout.InfiniteTimeSpan;
        using var request = new HttpRequestMessage(HttpMethod.Put, "/a") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new Blocks(Total) };
        request.Content.Headers.TryAddWithoutValidation("content-type", type);
        using var answer = await edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
        var (into, came) = (new byte[64 * 1024], 0L);
        while (await body.ReadAsync(into, Cancel) is var read and > 0) came += read;
        return came;
    }

    private long Passed(long before, int more)
    {
        if (before / Step != (before + more) / Step) _heaps.Add(GC.GetTotalMemory(forceFullCollection: true));
        return before + more;
    }

    /// <summary>From 64 MiB on.</summary>
    private void AssertFlat(long steps)
    {
        var text = $"bytes on the heap after each 32 MiB: {string.Join(", ", _heaps)}";
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.Equal(steps, _heaps.Count);
        Assert.True(_heaps.Skip(1).Max() - _heaps[1] < MostGrowth, text);
    }

    private sealed class Blocks(long length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var block = new byte[64 * 1024];
            for (var sent = 0L; sent < length; sent += block.Length) await stream.WriteAsync(block, cancellationToken);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
