using System.Threading.Channels;
using FnMesh.Gateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Tests.Webhooks;

/// <summary>An address outside the mesh that answers OPTIONS and POST as the test says.</summary>
internal sealed class Target : IAsyncDisposable
{
    private readonly Channel<ScriptedFunction.Received> _received = Channel.CreateUnbounded<ScriptedFunction.Received>();
    private ScriptedFunction _server = null!;
    private int _posts;

    /// <summary>Answers OPTIONS; by default it consents.</summary>
    public Action<HttpResponse> OnOptions { get; set; } = static answer => answer.Headers["WebHook-Allowed-Origin"] = WebhookYaml.Origin;

    /// <summary>Answers POST, by its number, 1 for the first.</summary>
    public Action<HttpResponse, int> OnPost { get; set; } = static (answer, _) => answer.StatusCode = 204;

    public Uri Address => new(_server.Address, "/in?for=shop");

    public IEnumerable<ScriptedFunction.Received> Posts => _server.Requests.Where(request => request.Method == "POST");

    public IEnumerable<ScriptedFunction.Received> Questions => _server.Requests.Where(request => request.Method == "OPTIONS");

    public static async Task<Target> StartAsync(Action<Target>? with = null)
    {
        var target = new Target();
        with?.Invoke(target);
        target._server = await ScriptedFunction.StartAsync((context, _) =>
        {
            if (context.Request.Method == "OPTIONS") target.OnOptions(context.Response);
            else target.OnPost(context.Response, Interlocked.Increment(ref target._posts));
            target._received.Writer.TryWrite(target._server.Requests.Last());
            return Task.CompletedTask;
        });
        return target;
    }

    /// <summary>The next request of a method.</summary>
    public async Task<ScriptedFunction.Received> NextAsync(string method)
    {
        while (true)
        {
            var received = await _received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            if (received.Method == method) return received;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
