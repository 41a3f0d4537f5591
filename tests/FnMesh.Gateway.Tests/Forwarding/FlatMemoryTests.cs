using System.Net;
using FnMesh.Gateway.Tests.Fixtures;

namespace FnMesh.Gateway.Tests.Forwarding;

/// <summary>By itself: what other tests keep would be counted too.</summary>
[CollectionDefinition(nameof(FlatMemoryTests), DisableParallelization = true)]
[Collection(nameof(FlatMemoryTests))]
public sealed class FlatMemoryTests
{
    private const long Total = 256L << 20;
    private const long Step = 64L << 20;
    private const long MostGrowth = 32L << 20;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_body_of_256_MiB_passes_both_ways_and_the_heap_stays_as_it_is(string version)
    {
        List<long> heaps = [];
        await using var function = await StreamingFunction.StartAsync(async context =>
        {
            var (buffer, passed) = (new byte[64 * 1024], 0L);
            while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var read and > 0)
            {
                if (passed / Step != (passed + read) / Step) heaps.Add(GC.GetTotalMemory(forceFullCollection: true));
                passed += read;
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            }
        });
        await using var edge = await Edge.StartAsync(Yaml.App("shop", function.Address) + Yaml.Route("/", "shop"));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/a") { Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new Blocks(Total) };

        using var answer = await edge.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancel);
        var (into, came) = (new byte[64 * 1024], 0L);
        while (await body.ReadAsync(into, Cancel) is var read and > 0) came += read;

        Assert.Equal(Total, came);
        Assert.Equal(Total / Step, heaps.Count);
        Assert.True(heaps.Max() - heaps[0] < MostGrowth, $"bytes on the heap after each 64 MiB: {string.Join(", ", heaps)}");
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
