using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FnMesh.EndToEnd.Tests.Harness;

/// <summary>A function that the test holds: keeps what it receives and answers what the test says.</summary>
internal sealed class FunctionServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FunctionServer(Func<Received, Task<Answer>> answer, bool keep)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(context => AnswerAsync(context, answer, keep));
    }

    /// <summary>Where it listens, without a slash at the end.</summary>
    public string Url => _app.Urls.Single();

    public Observed<Received> Requests { get; } = new("the function");

    public static Task<FunctionServer> StartAsync(Func<Received, Answer> answer, bool keep = true) => StartAsync(request => Task.FromResult(answer(request)), keep);

    /// <param name="answer">Decides each answer.</param>
    /// <param name="keep">Whether requests are kept for the test to look at.</param>
    public static async Task<FunctionServer> StartAsync(Func<Received, Task<Answer>> answer, bool keep = true)
    {
        var server = new FunctionServer(answer, keep);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, Func<Received, Task<Answer>> answer, bool keep)
    {
        var request = context.Request;
        using var body = new StreamReader(request.Body, Encoding.UTF8);
        var received = new Received(
            request.Method, request.Path + request.QueryString,
            request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()),
            await body.ReadToEndAsync(context.RequestAborted), TimeProvider.System.GetTimestamp());
        if (keep) Requests.Add(received);

        var reply = await answer(received);
        context.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers) context.Response.Headers[name] = value;
        if (reply.Body is null) return;
        context.Response.ContentType = reply.ContentType;
        await context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }
}
