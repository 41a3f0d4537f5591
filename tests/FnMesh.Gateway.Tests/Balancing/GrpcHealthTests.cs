using System.Net;
using FnMesh.Gateway.Balancing;
using FnMesh.Gateway.Forwarding;
using FnMesh.Gateway.Tests.Fixtures;
using FnMesh.Policy.Snapshots;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Endpoint = FnMesh.Gateway.Routing.Endpoint;

namespace FnMesh.Gateway.Tests.Balancing;

/// <summary>gRPC's own health check, against gRPC's own health service, in clear text.</summary>
public sealed class GrpcHealthTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly HealthCheckEntry Check = new() { GrpcService = "shop.Prices", Interval = TimeSpan.FromSeconds(10), Timeout = TimeSpan.FromSeconds(2.5), UnhealthyThreshold = 1, HealthyThreshold = 1, ExpectedStatuses = [] };

    private readonly HealthServiceImpl _health = new();
    private readonly HttpMessageInvoker _client = BackendClient.Create(TimeProvider.System);
    private readonly SemaphoreSlim _asked = new(0);
    private WebApplication _server = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore().AddGrpc();
        builder.Services.AddSingleton(_health);
        _server = builder.Build();
        _server.Use(async (context, next) =>
        {
            await next(context);
            _asked.Release();
        });
        _server.UseRouting();
        _server.MapGrpcService<HealthServiceImpl>();
        await _server.StartAsync(Cancel);
    }

    [Theory]
    [InlineData(HealthCheckResponse.Types.ServingStatus.Serving, true)]
    [InlineData(HealthCheckResponse.Types.ServingStatus.NotServing, false)]
    [InlineData(HealthCheckResponse.Types.ServingStatus.Unknown, false)]
    public async Task Only_SERVING_is_well(HealthCheckResponse.Types.ServingStatus status, bool isWell)
    {
        _health.SetStatus("", status);
        _health.SetStatus("shop.Prices", status);

        Assert.Equal((isWell, isWell), (await AskAsync(""), await AskAsync("shop.Prices")));
    }

    [Fact]
    public async Task A_service_that_the_server_does_not_know_is_not_well() => Assert.False(await AskAsync("shop.Orders"));

    [Fact]
    public async Task A_server_without_a_health_service_is_not_well()
    {
        await using var function = await Http2Function.StartAsync(context =>
        {
            (context.Response.ContentType, context.Response.Headers["grpc-status"]) = ("application/grpc", "12");
            return Task.CompletedTask;
        });

        Assert.False(await AskAsync("", function.Address));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 8, 1 }, "0", true)]
    [InlineData(new byte[] { 0, 0, 0, 0, 5, 0x12, 1, 65, 8, 1 }, "0", true)]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 8, 1 }, "14", false)]
    [InlineData(new byte[] { 1, 0, 0, 0, 2, 8, 1 }, "0", false)]
    [InlineData(new byte[] { 0, 0, 0, 0, 3, 8, 1 }, "0", false)]
    [InlineData(new byte[] { 0, 0, 0, 0, 0 }, "0", false)]
    [InlineData(new byte[] { 0, 0 }, "0", false)]
    public async Task What_is_no_answer_of_a_health_service_is_not_well(byte[] answer, string status, bool isWell)
    {
        await using var function = await Http2Function.StartAsync(async context =>
        {
            context.Response.ContentType = "application/grpc";
            await context.Response.Body.WriteAsync(answer, Cancel);
            context.Response.AppendTrailer("grpc-status", status);
        });

        Assert.Equal(isWell, await AskAsync("", function.Address));
    }

    [Fact]
    public async Task An_endpoint_that_does_not_serve_is_left_alone_until_it_serves_again()
    {
        var time = new ArmedTime();
        await using var checks = new HealthChecks(_client, new Randomness(1), time);
        var state = new EndpointState(new Standings(), time);
        Assert.Equal(TimeSpan.FromHours(1), await time.Armed.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel));
        checks.Follow([new(new Endpoint(Address, state), Check)]);
        var sleep = await SleepAsync(time);

        foreach (var (status, stands) in new[] { ("NotServing", false), ("Serving", true), ("NotServing", false) })
        {
            _health.SetStatus("shop.Prices", Enum.Parse<HealthCheckResponse.Types.ServingStatus>(status));
            time.Advance(sleep);
            await _asked.WaitAsync(Cancel);
            sleep = await SleepAsync(time);

            Assert.Equal((status, stands), (status, state.Stands));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
        _client.Dispose();
        _asked.Dispose();
    }

    private Uri Address => new(_server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());

    /// <summary>The next time the loop sleeps until a check is due, which it does once what the last one found has counted.</summary>
    private static async Task<TimeSpan> SleepAsync(ArmedTime time)
    {
        while (true)
        {
            var armed = await time.Armed.ReadAsync(Cancel).AsTask().WaitAsync(Patience, Cancel);
            if (armed != TimeSpan.FromHours(1) && armed != Check.Timeout) return armed;
        }
    }

    private async Task<bool> AskAsync(string service, Uri? address = null)
    {
        using var request = GrpcHealth.Ask((address ?? Address).AbsoluteUri.TrimEnd('/'), service, Check.Timeout);
        using var answer = await _client.SendAsync(request, Cancel);
        return await GrpcHealth.IsServingAsync(answer, Cancel);
    }
}
