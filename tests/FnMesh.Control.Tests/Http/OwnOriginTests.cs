using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace FnMesh.Control.Tests.Http;

public sealed class OwnOriginTests : IAsyncLifetime
{
    private readonly WebApplication _server;
    private HttpClient _client = null!;

    public OwnOriginTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.UseOwnOrigins();
        _server.Map("/x", () => "done");
    }

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(_server.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("PUT", null, null, HttpStatusCode.OK)]
    [InlineData("PUT", "own", "same-origin", HttpStatusCode.OK)]
    [InlineData("PUT", "own", null, HttpStatusCode.OK)]
    [InlineData("PUT", "https://elsewhere.example", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", "http://127.0.0.1:1", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "null", null, HttpStatusCode.Forbidden)]
    [InlineData("PUT", null, "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("GET", "https://elsewhere.example", "cross-site", HttpStatusCode.OK)]
    public async Task A_page_of_another_site_changes_nothing(string method, string? origin, string? site, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/x");
        if (origin is not null) request.Headers.Add("Origin", origin == "own" ? _client.BaseAddress!.GetLeftPart(UriPartial.Authority) : origin);
        if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
        Assert.Equal(expected, (await _client.SendAsync(request)).StatusCode);
    }
}
