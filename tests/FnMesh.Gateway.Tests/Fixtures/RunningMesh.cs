using System.Net;
using System.Text;
using System.Text.Json;
using FnMesh.Policy;
using FnMesh.Policy.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FnMesh.Gateway.Tests.Fixtures;

/// <summary>A whole gateway with its broker, in a folder of its own; functions are the test's.</summary>
internal sealed class RunningMesh : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly DirectoryInfo _folder;
    private readonly bool _ownsFolder;
    private MeshGateway _gateway = null!;
    private WebApplication _admin = null!;
    private EndpointSnapshot _endpoints = EndpointSnapshot.Empty;

    private RunningMesh(DirectoryInfo folder, bool ownsFolder)
    {
        (_folder, _ownsFolder) = (folder, ownsFolder);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    }

    public HttpClient Client { get; }

    public HeardLog Log { get; } = new();

    /// <param name="policy">YAML.</param>
    /// <param name="folder">To go on with the data of an earlier run; a new one otherwise.</param>
    /// <param name="environment">The gateway's; empty otherwise.</param>
    public static async Task<RunningMesh> StartAsync(string policy, DirectoryInfo? folder = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var mesh = new RunningMesh(folder ?? Directory.CreateTempSubdirectory("fnmesh-test-"), folder is null);
        var options = new GatewayOptions
        {
            Edge = new IPEndPoint(IPAddress.Loopback, 0),
            DataDirectory = mesh._folder.FullName,
            Seed = 7,
            Environment = environment ?? new Dictionary<string, string?>(),
        };
        mesh._gateway = await MeshGateway.StartAsync(options, mesh.Log, TimeProvider.System, Cancel);
        mesh.Client.BaseAddress = mesh._gateway.EdgeAddress;
        await mesh.ApplyAsync(policy);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerFactory>(NullLoggerFactory.Instance);
        mesh._admin = builder.Build();
        mesh._gateway.MapAdmin(mesh._admin);
        await mesh._admin.StartAsync(Cancel);
        return mesh;
    }

    public async Task ApplyAsync(string policy)
    {
        var compiled = PolicyCompiler.Compile([new PolicySource("policy.yaml", policy)]);
        Assert.True(compiled.Snapshot is not null, string.Join('\n', compiled.Diagnostics));
        _endpoints = new EndpointSnapshot([.. compiled.Snapshot.Apps.SelectMany(app => app.Revisions
            .Where(revision => revision.Run.Url is not null)
            .Select(revision => new RevisionEndpoints(app.Name, revision.Name, true, [new Uri(revision.Run.Url!)])))]);
        _gateway.Apply(_endpoints);
        await _gateway.ApplyAsync(compiled.Snapshot, Cancel);
    }

    /// <summary>Takes all endpoints away, or gives them back.</summary>
    public void Serve(bool any) => _gateway.Apply(any ? _endpoints : EndpointSnapshot.Empty);

    /// <summary>Lets what is in flight end, until <paramref name="cancel"/>.</summary>
    public Task StopAsync(CancellationToken cancel) => _gateway.StopAsync(cancel);

    public Task<HttpResponseMessage> PublishAsync(string type, string id, string data = "{}", string? key = null, string? traceparent = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/events") { Content = new StringContent(data, Encoding.UTF8, "application/json") };
        request.Headers.Add("ce-specversion", "1.0");
        request.Headers.Add("ce-id", id);
        request.Headers.Add("ce-source", "/test");
        request.Headers.Add("ce-type", type);
        if (key is not null) request.Headers.Add("ce-partitionkey", key);
        if (traceparent is not null) request.Headers.Add("traceparent", traceparent);
        return Client.SendAsync(request, Cancel);
    }

    /// <summary>Asks the API of people's tools.</summary>
    public async Task<JsonElement> AskAsync(string path) => JsonDocument.Parse(await Client.GetStringAsync(AdminOf(path), Cancel)).RootElement;

    /// <summary>Asks it about something.</summary>
    public async Task<JsonElement> AskAsync(string path, HttpContent about)
    {
        using var answer = await Client.PostAsync(AdminOf(path), about, Cancel);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
    }

    /// <summary>What is measured, in Prometheus' text format.</summary>
    public Task<string> MetricsAsync() => Client.GetStringAsync(AdminOf("/metrics"), Cancel);

    private Uri AdminOf(string path) => new(new Uri(_admin.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), path);

    public async ValueTask DisposeAsync()
    {
        await _admin.DisposeAsync();
        await _gateway.DisposeAsync();
        Client.Dispose();
        if (_ownsFolder) _folder.Delete(recursive: true);
    }
}
