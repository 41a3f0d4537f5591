using System.Collections.Immutable;
using FnMesh.Shim.AzureFunctions.Apps;
using FnMesh.Shim.AzureFunctions.Functions;
using FnMesh.Shim.AzureFunctions.Protocol;
using static FnMesh.Shim.AzureFunctions.Protocol.StreamingMessage;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>What is said between the opening of a worker's stream and the first run of a function.</summary>
/// <param name="stream">The stream, opened.</param>
/// <param name="app">The app.</param>
internal sealed class WorkerHandshake(WorkerStream stream, AzureApp app)
{
    /// <summary>Workers ask for a version of Azure's host; it is that whose protocol is spoken here.</summary>
    private const string HostVersion = "4.1036.0";

    private static readonly TimeSpan IndexTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Has the worker load the app and its functions.</summary>
    /// <exception cref="WorkerStartException">The worker refuses, or does not answer in time.</exception>
    /// <exception cref="WorkerGoneException">The stream ended.</exception>
    public async Task<LoadedApp> RunAsync(CancellationToken cancel)
    {
        var capabilities = await InitAsync(cancel);
        var index = await IndexAsync(cancel);
        if (index.Functions.IsEmpty)
            throw new WorkerStartException(index.Refusals.IsEmpty ? $"there is no function in '{app.Directory}'" : $"no function of '{app.Directory}' can be served:\n{string.Join('\n', index.Refusals)}", isFinal: true);
        return new LoadedApp(app, capabilities, index with { Functions = await LoadAsync(index.Functions, capabilities, cancel) });
    }

    private async Task<WorkerCapabilities> InitAsync(CancellationToken cancel)
    {
        var init = new WorkerInitRequest { HostVersion = HostVersion, WorkerDirectory = app.Worker.Directory, FunctionAppDirectory = app.Directory };
        var answer = (await AskAsync(new StreamingMessage { WorkerInitRequest = init }, ContentOneofCase.WorkerInitResponse, app.Worker.InitTimeout, "load the app", cancel)).WorkerInitResponse;
        if (FailureOf(answer.Result) is { } failure) throw new WorkerStartException($"its worker cannot load the app: {failure}");
        return new WorkerCapabilities(answer.Capabilities);
    }

    private async Task<FunctionIndex> IndexAsync(CancellationToken cancel)
    {
        var request = new FunctionsMetadataRequest { FunctionAppDirectory = app.Directory };
        var answer = (await AskAsync(new StreamingMessage { FunctionsMetadataRequest = request }, ContentOneofCase.FunctionMetadataResponse, IndexTimeout, "list its functions", cancel)).FunctionMetadataResponse;
        if (FailureOf(answer.Result) is { } failure) throw new WorkerStartException($"its worker cannot list the app's functions: {failure}");
        var unread = new List<FunctionRefusal>();
        var found = answer.UseDefaultMetadataIndexing ? FunctionFolders.Read(app, unread) : answer.FunctionMetadataResults;
        var index = FunctionIndex.Of(app, found);
        return index with { Refusals = [.. unread, .. index.Refusals] };
    }

    private async Task<ImmutableArray<IndexedFunction>> LoadAsync(ImmutableArray<IndexedFunction> functions, WorkerCapabilities capabilities, CancellationToken cancel)
    {
        var requests = functions.Select(function => new FunctionLoadRequest { FunctionId = function.Id, Metadata = function.Metadata });
        if (capabilities.LoadsCollections)
        {
            var all = new FunctionLoadRequestCollection { FunctionLoadRequests = { requests } };
            var answer = await AskAsync(new StreamingMessage { FunctionLoadRequestCollection = all }, ContentOneofCase.FunctionLoadResponseCollection, LoadTimeout, "load its functions", cancel);
            var loaded = answer.FunctionLoadResponseCollection.FunctionLoadResponses.ToLookup(one => one.FunctionId);
            return [.. functions.Select(function => With(function, loaded[function.Id].FirstOrDefault()))];
        }

        // One after the other: a worker that leaves the request's id out of its answers gives them in order.
        var results = ImmutableArray.CreateBuilder<IndexedFunction>();
        foreach (var (function, request) in functions.Zip(requests))
        {
            var answer = await AskAsync(new StreamingMessage { FunctionLoadRequest = request }, ContentOneofCase.FunctionLoadResponse, LoadTimeout, $"load the function '{function.Name}'", cancel);
            results.Add(With(function, answer.FunctionLoadResponse));
        }

        return results.ToImmutable();
    }

    private static IndexedFunction With(IndexedFunction function, FunctionLoadResponse? loaded) =>
        function with { LoadFailure = loaded is null ? "its worker did not say that it loaded it" : FailureOf(loaded.Result) };

    private async Task<StreamingMessage> AskAsync(StreamingMessage question, ContentOneofCase answer, TimeSpan timeout, string what, CancellationToken cancel)
    {
        try
        {
            return await stream.AskAsync(question, answer, timeout, cancel);
        }
        catch (TimeoutException)
        {
            throw new WorkerStartException($"its worker did not {what} within {timeout.TotalSeconds} s");
        }
    }

    private static string? FailureOf(StatusResult? result) =>
        result?.Status == StatusResult.Types.Status.Success ? null
        : result?.Exception?.Message is { Length: > 0 } message ? message
        : result?.Result is { Length: > 0 } text ? text
        : "it gives no reason";
}
