using System.Collections.Concurrent;
using FnMesh.ScriptedWorker.Wire;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using static FnMesh.ScriptedWorker.Wire.StreamingMessage;

namespace FnMesh.ScriptedWorker;

/// <summary>Opens the stream and does what the script says until the host ends it.</summary>
internal sealed class Worker(Script script, Arguments arguments)
{
    private const int Restart = 200;
    private const int Crash = 3;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<string, string> _waiting = [];
    private readonly HashSet<string> _loaded = [];
    private readonly Dictionary<string, ScriptedFunction> _functions = script.Functions.ToDictionary(function => function.Id ?? function.Name);
    private HttpSide? _http;
    private AsyncDuplexStreamingCall<StreamingMessage, StreamingMessage> _call = null!;

    public async Task<int> RunAsync()
    {
        if (script.Withholds == "start") await Task.Delay(Timeout.Infinite);
        if (script.TakesHttp) _http = await HttpSide.StartAsync(script, RunsBy);
        using var channel = GrpcChannel.ForAddress(arguments.Host, new GrpcChannelOptions { MaxReceiveMessageSize = int.MaxValue, MaxSendMessageSize = int.MaxValue });
        _call = new FunctionRpc.FunctionRpcClient(channel).EventStream();
        await SendAsync(new StreamingMessage { StartStream = new StartStream { WorkerId = script.PretendsToBe ?? arguments.WorkerId } });
        try
        {
            await foreach (var message in _call.ResponseStream.ReadAllAsync())
            {
                if (message.ContentCase == ContentOneofCase.WorkerTerminate)
                {
                    Console.WriteLine($"told to end within {message.WorkerTerminate.GracePeriod.Seconds} s");
                    await SendAsync(new StreamingMessage { RequestId = message.RequestId });
                    return 0;
                }

                await TakeAsync(message);
            }
        }
        catch (Grpc.Core.RpcException refused)
        {
            Console.Error.WriteLine($"refused: {refused.StatusCode}");
            return Crash;
        }

        return 0;
    }

    private static StatusResult Good => new() { Status = StatusResult.Types.Status.Success };

    private static StatusResult Bad(string message) => new() { Status = StatusResult.Types.Status.Failure, Exception = new Wire.RpcException { Message = message, StackTrace = "at the script" } };

    private Task TakeAsync(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case ContentOneofCase.WorkerInitRequest when script.Withholds != "init":
                var init = new WorkerInitResponse { Result = script.InitFailure is { } failure ? Bad(failure) : Good };
                foreach (var (name, value) in script.Capabilities) init.Capabilities[name] = value;
                if (_http is not null) init.Capabilities["HttpUri"] = _http.Address;
                return AnswerAsync(message, new StreamingMessage { WorkerInitResponse = init });
            case ContentOneofCase.FunctionsMetadataRequest when script.Withholds != "metadata":
                return AnswerAsync(message, new StreamingMessage { FunctionMetadataResponse = Index() });
            case ContentOneofCase.FunctionLoadRequest when script.Withholds != "load":
                return AnswerAsync(message, new StreamingMessage { FunctionLoadResponse = Load(message.FunctionLoadRequest) });
            case ContentOneofCase.FunctionLoadRequestCollection when script.Capabilities.ContainsKey("SupportsLoadResponseCollection"):
                var all = new FunctionLoadResponseCollection { FunctionLoadResponses = { message.FunctionLoadRequestCollection.FunctionLoadRequests.Select(Load) } };
                return AnswerAsync(message, new StreamingMessage { FunctionLoadResponseCollection = all });
            case ContentOneofCase.WorkerStatusRequest when script.Withholds == "status":
                return SayAsync("asked whether it is there");
            case ContentOneofCase.WorkerStatusRequest:
                return AnswerAsync(message, new StreamingMessage { WorkerStatusResponse = new() });
            case ContentOneofCase.InvocationRequest:
                _http?.Expect(message.InvocationRequest.InvocationId);
                return InvokeAsync(message.InvocationRequest);
            case ContentOneofCase.InvocationCancel:
                return CancelAsync(message);
            default:
                return Task.CompletedTask;
        }
    }

    private FunctionMetadataResponse Index()
    {
        var index = new FunctionMetadataResponse { Result = Good, UseDefaultMetadataIndexing = script.LeavesIndexToHost };
        if (script.LeavesIndexToHost) return index;
        foreach (var function in script.Functions)
        {
            var metadata = new FunctionMetadata { Name = function.Name, FunctionId = function.Id ?? function.Name, ScriptFile = "App.dll", EntryPoint = $"App.{function.Name}", Language = "scripted", Status = function.IndexFailure is { } failure ? Bad(failure) : Good };
            metadata.RawBindings.AddRange(function.Bindings.Select(binding => binding.GetRawText()));
            if (function.Retry is { } retry)
            {
                static Duration? Seconds(double? seconds) => seconds is { } given ? Duration.FromTimeSpan(TimeSpan.FromSeconds(given)) : null;
                metadata.RetryOptions = new RetryOptions { MaxRetryCount = retry.Count, RetryStrategy = retry.Delay is null ? 0 : 1, DelayInterval = Seconds(retry.Delay), MinimumInterval = Seconds(retry.Shortest), MaximumInterval = Seconds(retry.Longest) };
            }

            index.FunctionMetadataResults.Add(metadata);
        }

        return index;
    }

    /// <summary>As the worker of dotnet, it loads nothing twice, and needs bindings and no raw ones.</summary>
    private FunctionLoadResponse Load(FunctionLoadRequest request)
    {
        _functions.TryGetValue(request.FunctionId, out var function);
        function ??= script.Functions.FirstOrDefault(one => one.Name == request.Metadata.Name);
        if (function is not null) _functions[request.FunctionId] = function;
        var fault = function is null ? "no such function" : function.LoadFailure
            ?? (!_loaded.Add(request.FunctionId) ? "it is loaded already" : request.Metadata.RawBindings.Count > 0 ? "raw bindings were sent" : request.Metadata.Bindings.Count == 0 ? "no bindings were sent" : null);
        return new FunctionLoadResponse { FunctionId = request.FunctionId, Result = fault is null ? Good : Bad(fault) };
    }

    private async Task InvokeAsync(InvocationRequest request)
    {
        // As the worker of dotnet does.
        if (request.TraceContext is null || !_functions.TryGetValue(request.FunctionId, out var function))
        {
            await AnswerAsync(request, Bad("NullReferenceException"));
            return;
        }

        var whole = JsonFormatter.Default.Format(request);
        switch (function.Does)
        {
            case "echo":
                await AnswerAsync(request, Good, new TypedData { Http = new Http { StatusCode = "200", Headers = { ["Content-Type"] = "application/json" }, Body = new TypedData { Bytes = ByteString.CopyFromUtf8(whole) } } });
                break;
            case "logs":
                await SendAsync(new StreamingMessage { RpcLog = new RpcLog { InvocationId = request.InvocationId, Category = $"Function.{function.Name}.User", Level = 2, Message = $"ran {function.Name}: {whole}" } });
                await AnswerAsync(request, Good);
                break;
            case "answer":
                await AnswerAsync(request, Good, function.Returns is { } returns ? Values.Of(returns) : null, function.Outputs.Select(output => new ParameterBinding { Name = output.Key, Data = Values.Of(output.Value) }));
                break;
            case "fail" or "failunanswered":
                await AnswerAsync(request, Bad("it fails, as the script says"));
                break;
            case "failtwice":
                var isThird = request.RetryContext?.RetryCount >= 2;
                if (isThird) await SayAsync($"{function.Name} succeeds at last");
                await AnswerAsync(request, isThird ? Good : Bad("it fails twice"));
                break;
            case "cancelled":
                await AnswerAsync(request, new StatusResult { Status = StatusResult.Types.Status.Cancelled });
                break;
            case "noresult":
                await AnswerAsync(request, null);
                break;
            case "never":
                _waiting[request.InvocationId] = function.Name;
                await SayAsync($"{function.Name} never ends");
                break;
            case "crash":
                Environment.Exit(Crash);
                break;
            case "restart":
                Environment.Exit(Restart);
                break;
            case "halfclose":
                await _call.RequestStream.CompleteAsync();
                break;
        }
    }

    /// <summary>It acknowledges with a message that holds nothing, and ends the run as a failure.</summary>
    private async Task CancelAsync(StreamingMessage message)
    {
        await SendAsync(new StreamingMessage { RequestId = message.RequestId });
        if (!_waiting.TryRemove(message.InvocationCancel.InvocationId, out var function)) return;
        await SayAsync($"{function} was cancelled");
        await AnswerAsync(new InvocationRequest { InvocationId = message.InvocationCancel.InvocationId }, Bad("OperationCanceledException"));
    }

    private string? RunsBy(string function) => _functions.Values.FirstOrDefault(one => one.Name == function)?.Does;

    private Task SayAsync(string text) => SendAsync(new StreamingMessage { RpcLog = new RpcLog { Category = "Script", Level = 2, Message = text } });

    private Task AnswerAsync(InvocationRequest request, StatusResult? result, TypedData? returned = null, IEnumerable<ParameterBinding>? outputs = null)
    {
        var response = new InvocationResponse { InvocationId = request.InvocationId, Result = result, ReturnValue = returned };
        if (outputs is not null) response.OutputData.AddRange(outputs);
        return SendAsync(new StreamingMessage { InvocationResponse = response });
    }

    private Task AnswerAsync(StreamingMessage question, StreamingMessage answer)
    {
        if (script.CopiesRequestIds) answer.RequestId = question.RequestId;
        return SendAsync(answer);
    }

    private async Task SendAsync(StreamingMessage message)
    {
        await _turn.WaitAsync();
        try
        {
            await _call.RequestStream.WriteAsync(message);
        }
        finally
        {
            _turn.Release();
        }
    }
}
