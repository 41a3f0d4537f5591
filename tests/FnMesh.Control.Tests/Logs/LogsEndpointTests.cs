using System.Net;
using System.Threading.Channels;
using FnMesh.Control.Logs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace FnMesh.Control.Tests.Logs;

public sealed class LogsEndpointTests : IAsyncLifetime
{
    private const int MaxReaders = 32;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly LogTail _tail = new(new FakeTimeProvider());
    private readonly Channel<bool> _ended = Channel.CreateUnbounded<bool>();
    private readonly WebApplication _server;
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };

    public LogsEndpointTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore().AddLogging(logging => logging.ClearProviders());
        _server = builder.Build();
        _server.Use(async (_, next) =>
        {
            await next();
            _ended.Writer.TryWrite(true);
        });
        _server.UseRouting();
        _server.MapLogs(_tail, static () => null);
    }

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_reader_that_goes_away_frees_its_place()
    {
        var readers = new List<HttpResponseMessage>();
        for (var number = 0; number < MaxReaders; number++) readers.Add(await FollowAsync());
        Assert.All(readers, reader => Assert.Equal(HttpStatusCode.OK, reader.StatusCode));
        using (var refused = await FollowAsync()) Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        await EndedAsync();

        readers[0].Dispose();
        await EndedAsync();

        using var next = await FollowAsync();
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        readers.ForEach(static reader => reader.Dispose());
    }

    private Task<HttpResponseMessage> FollowAsync() => _client.GetAsync(new Uri(new Uri(_server.Urls.Single()), "/api/v1/logs?follow=true"), HttpCompletionOption.ResponseHeadersRead);

    private async Task EndedAsync() => await _ended.Reader.ReadAsync().AsTask().WaitAsync(Patience);
}
