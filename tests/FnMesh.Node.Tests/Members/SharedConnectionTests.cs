using System.Net;
using System.Net.Http.Json;
using System.Text;
using FnMesh.Node.Members;

namespace FnMesh.Node.Tests.Members;

public sealed class SharedConnectionTests
{
    private static readonly string Short = new('x', 8 * 1024);
    private static readonly string Long = Short + "x";

    public static TheoryData<string, HttpContent?, bool> Bodies => new()
    {
        { "none", null, true },
        { "a short text", new StringContent(Short), true },
        { "a long text", new StringContent(Long), false },
        { "short bytes", new ReadOnlyMemoryContent(Encoding.ASCII.GetBytes(Short)), true },
        { "long bytes", new ReadOnlyMemoryContent(Encoding.ASCII.GetBytes(Long)), false },
        { "short JSON", JsonContent.Create(new { Text = "short" }), true },
        { "long JSON", JsonContent.Create(new { Text = Long }), false },
        { "JSON that comes while it is written", JsonContent.Create(Items()), false },
        { "a stream", new StreamContent(new MemoryStream([1])), false },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_request_without_a_body_or_with_a_short_one_that_is_held_in_memory_shares_a_connection(string what, HttpContent? body, bool shares)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://pricing/") { Content = body };

        await SharedConnection.PreferAsync(request, CancellationToken.None);

        Assert.True((request.Version == HttpVersion.Version20) == shares, what);
        Assert.Equal(HttpVersionPolicy.RequestVersionOrLower, request.VersionPolicy);
    }

    [Theory]
    [InlineData("upgrade", "websocket")]
    [InlineData("expect", "100-continue")]
    public async Task What_only_a_connection_of_its_own_can_do_gets_one(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://pricing/");
        request.Headers.TryAddWithoutValidation(header, value);

        await SharedConnection.PreferAsync(request, CancellationToken.None);

        Assert.Equal(HttpVersion.Version11, request.Version);
    }

    [Fact]
    public async Task Who_insists_on_a_version_gets_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://pricing/") { VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        await SharedConnection.PreferAsync(request, CancellationToken.None);

        Assert.Equal(HttpVersion.Version11, request.Version);
    }

    [Fact]
    public async Task Long_JSON_is_sent_whole_after_it_was_found_to_be_long()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://pricing/") { Content = JsonContent.Create(Long) };

        await SharedConnection.PreferAsync(request, CancellationToken.None);

        Assert.Equal($"\"{Long}\"", await request.Content.ReadAsStringAsync());
    }

    private static async IAsyncEnumerable<int> Items()
    {
        await Task.CompletedTask;
        yield return 1;
    }
}
