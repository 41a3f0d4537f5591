using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace FnMesh.Bench.Events;

/// <summary><c>fnmesh up</c> with a Kestrel as the function: one process without a subscription, one with it.</summary>
internal sealed class GatewayPeer : IEventPeer
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue Batch = new("application/cloudevents-batch+json");

    private readonly TakingFunction _function;
    private readonly RunningMesh _storing;
    private readonly RunningMesh _delivering;
    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 512, UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
    private RunningMesh _current;

    private GatewayPeer(string name, TakingFunction function, RunningMesh storing, RunningMesh delivering) =>
        (Name, _function, _storing, _delivering, _current) = (name, function, storing, delivering, storing);

    public string Name { get; }

    public string Synced => "HTTP/1.1 in clear text, binary mode; 202 after the write-ahead log is synced, one sync for what waits; a delivery's settlement is synced too";

    public int ProcessId => _current.Id;

    public TimeSpan Cpu => PeerProcess.CpuOf(_current.Id);

    /// <param name="name">As the table says it.</param>
    /// <param name="program">The path of <c>fnmesh</c>.</param>
    /// <param name="environment">What it finds in its environment beside ours.</param>
    public static async Task<IEventPeer> StartAsync(string name, string program, IReadOnlyDictionary<string, string> environment)
    {
        var function = await TakingFunction.StartAsync();
        return new GatewayPeer(name, function, await RunningMesh.StartAsync(program, null, environment), await RunningMesh.StartAsync(program, function.Address, environment));
    }

    public Task BeginAsync(Action<long>? acknowledged)
    {
        _function.Acknowledged = acknowledged;
        _current = acknowledged is null ? _storing : _delivering;
        return Task.CompletedTask;
    }

    public async Task PublishAsync(long number)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_current.Gateway, "/events")) { Content = new ByteArrayContent(EventBody.Of(number)) };
        request.Content.Headers.ContentType = Json;
        request.Headers.Add("ce-specversion", "1.0");
        request.Headers.Add("ce-id", number.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("ce-source", "/bench");
        request.Headers.Add("ce-type", "bench.happened");
        await SendAsync(request);
    }

    public async Task PublishBatchAsync(long first, int count)
    {
        var body = new StringBuilder("[");
        for (var i = 0; i < count; i++)
        {
            body.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $$"""{"specversion":"1.0","id":"{{first + i}}","source":"/bench","type":"bench.happened","datacontenttype":"application/json","data":""");
            body.Append(Encoding.UTF8.GetString(EventBody.Of(first + i))).Append('}');
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_current.Gateway, "/events")) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.Append(']').ToString())) };
        request.Content.Headers.ContentType = Batch;
        await SendAsync(request);
    }

    public Task EndAsync()
    {
        _function.Acknowledged = null;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _storing.DisposeAsync();
        await _delivering.DisposeAsync();
        await _function.DisposeAsync();
    }

    private async Task SendAsync(HttpRequestMessage request)
    {
        using var answer = await _client.SendAsync(request);
        if (answer.StatusCode != HttpStatusCode.Accepted) throw new InvalidOperationException($"{Name} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }
}
