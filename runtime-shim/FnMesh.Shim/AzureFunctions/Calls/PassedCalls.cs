using System.Net;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using FnMesh.Shim.AzureFunctions.Workers;
using FnMesh.Shim.Members;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace FnMesh.Shim.AzureFunctions.Calls;

/// <summary>
/// Passes calls to a worker that takes HTTP itself, and tells it by its stream which function each is for. What the worker answers does not begin to go to the caller before there is a byte of it or the stream says
/// that the function succeeded: a function that fails answers 200 with nothing in it, or never.
/// </summary>
internal sealed class PassedCalls : IDisposable
{
    private const string InvocationId = "x-ms-invocation-id";
    private const int Chunk = 64 << 10;
    private const int ConnectTries = 10;

    private static readonly TimeSpan ConnectPause = TimeSpan.FromMilliseconds(100);
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private static readonly HashSet<string> OfTheHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade", "host", "content-length", InvocationId,
    };

    private readonly HttpMessageInvoker _client = VerbatimTransformer.CreateClient(new SocketsHttpHandler());
    private readonly LoadedApp _app;
    private readonly string _address;
    private readonly Invocations _invocations;
    private readonly FunctionOutputs _outputs;
    private readonly WorkerLog _log;
    private readonly TimeProvider _time;

    /// <param name="app">What is loaded.</param>
    /// <param name="address">Where the worker takes HTTP.</param>
    /// <param name="invocations">Runs functions.</param>
    /// <param name="outputs">Publishes what they put out beside the answer.</param>
    /// <param name="log">What goes wrong.</param>
    /// <param name="time">The clock.</param>
    public PassedCalls(LoadedApp app, Uri address, Invocations invocations, FunctionOutputs outputs, WorkerLog log, TimeProvider time)
    {
        (_app, _invocations, _outputs, _log, _time) = (app, invocations, outputs, log, time);
        _address = address.GetLeftPart(UriPartial.Authority);
    }

    /// <returns>How it ended; it was answered when it succeeded, and otherwise only where the answer has begun.</returns>
    public async Task<InvocationEnd> RunAsync(HttpContext context, IndexedFunction function, RouteValueDictionary route, TimeSpan? limit)
    {
        if (function.LoadFailure is { } failure)
        {
            _log.Take(isError: true, $"function '{function.Name}' was called and is not loaded: {failure}");
            return InvocationEnd.Failed;
        }

        var invocation = InvocationRequests.Of(function, context.Request);
        var http = new RpcHttp();
        if (_app.Capabilities.RouteParameters) HttpRequests.AddRoute(http, route, _app.Capabilities);
        invocation.InputData.Add(new ParameterBinding { Name = function.Trigger.Binding, Data = new TypedData { Http = http } });
        HttpRequests.AddMetadata(invocation, context.Request, route);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var running = RunAsync(function, invocation, limit, context.RequestAborted);
        var answering = SendAsync(context.Request, invocation.InvocationId, over.Token);
        try
        {
            return await PassAsync(context, running, answering, over.Token);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            // What the stream says of it comes first: it knows why.
            await over.CancelAsync();
            if (context.RequestAborted.IsCancellationRequested) return InvocationEnd.Abandoned;
            if (running.IsCompleted && await running is not InvocationEnd.Succeeded and var end) return end;
            _log.Take(isError: true, $"function '{function.Name}' failed: its worker broke its answer off: {broken.Message}");
            return InvocationEnd.Failed;
        }
        finally
        {
            await over.CancelAsync();
            _ = DropAsync(answering);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<InvocationEnd> RunAsync(IndexedFunction function, InvocationRequest invocation, TimeSpan? limit, CancellationToken caller)
    {
        var outcome = await _invocations.RunAsync(invocation, limit, caller);
        var failure = outcome.End == InvocationEnd.Succeeded
            ? await _outputs.PublishAsync(function, outcome.Response!, null, invocation.TraceContext.TraceParent, caller)
            : outcome.End == InvocationEnd.Failed ? outcome.Failure : null;
        if (failure is null) return outcome.End;
        _log.Take(isError: true, $"function '{function.Name}' failed: {failure}");
        return InvocationEnd.Failed;
    }

    private static async Task<InvocationEnd> PassAsync(HttpContext context, Task<InvocationEnd> running, Task<HttpResponseMessage> answering, CancellationToken cancel)
    {
        if (await FailsFirstAsync(running, answering) is { } early) return early;
        using var answer = await answering;
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[Chunk];
        var reading = body.ReadAsync(buffer, cancel).AsTask();
        if (await FailsFirstAsync(running, reading) is { } late) return late;
        var read = await reading;
        if (read == 0 && await running is not InvocationEnd.Succeeded and var empty) return empty;
        CopyHead(answer, context.Response);
        while (read > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancel);
            reading = body.ReadAsync(buffer, cancel).AsTask();
            if (await FailsFirstAsync(running, reading) is { } midway) return midway;
            read = await reading;
        }

        return await running;
    }

    /// <summary>Waits until the worker answers, or the run is known to have failed, in which case no answer is waited for.</summary>
    private static async Task<InvocationEnd?> FailsFirstAsync(Task<InvocationEnd> running, Task answering)
    {
        if (!running.IsCompleted) await Task.WhenAny(running, answering);
        return running.IsCompleted && await running is not InvocationEnd.Succeeded and var end ? end : null;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequest request, string invocation, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _client.SendAsync(Copy(request, invocation), cancel);
            }
            catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError && attempt < ConnectTries)
            {
                // It says that it listens before it does.
                await Task.Delay(ConnectPause, _time, cancel);
            }
        }
    }

    private HttpRequestMessage Copy(HttpRequest request, string invocation)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] raw ? raw : $"{request.Path}{request.QueryString}";
        var copy = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_address + target, AsWritten)) { Version = HttpVersion.Version11 };
        if (request.ContentLength is > 0 || request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
        {
            copy.Content = new StreamContent(request.Body);
            copy.Content.Headers.ContentLength = request.ContentLength;
        }

        foreach (var (name, value) in request.Headers)
        {
            if (!OfTheHop.Contains(name) && !copy.Headers.TryAddWithoutValidation(name, value.ToArray())) copy.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        // One that the caller sent is not among them.
        copy.Headers.TryAddWithoutValidation(InvocationId, invocation);
        if (!request.Headers.ContainsKey("x-forwarded-host")) copy.Headers.TryAddWithoutValidation("x-forwarded-host", request.Host.Value);
        if (!request.Headers.ContainsKey("x-forwarded-proto")) copy.Headers.TryAddWithoutValidation("x-forwarded-proto", request.Scheme);
        return copy;
    }

    private static void CopyHead(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
        {
            if (!OfTheHop.Contains(name) && !name.StartsWith("fnmesh-", StringComparison.OrdinalIgnoreCase)) response.Headers.Append(name, values.ToArray());
        }

        if (answer.Content.Headers.ContentLength is { } length && answer.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified)) response.ContentLength = length;
    }

    private static async Task DropAsync(Task<HttpResponseMessage> answering)
    {
        await ((Task)answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (answering.IsCompletedSuccessfully) (await answering).Dispose();
    }
}
