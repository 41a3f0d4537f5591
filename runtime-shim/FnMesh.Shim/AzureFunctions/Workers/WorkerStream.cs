using System.Collections.Concurrent;
using System.Threading.Channels;
using FnMesh.Shim.AzureFunctions.Protocol;
using Grpc.Core;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>The one stream of a worker. What comes is read without ever waiting for anybody; what goes out is written by one pump.</summary>
/// <param name="workerId">Which worker may open it.</param>
/// <param name="log">Takes what the worker logs, in order; must not wait.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkerStream(string workerId, Action<RpcLog> log, TimeProvider time)
{
    /// <summary>Messages that wait to be written; who has more to say waits.</summary>
    private const int QueueLength = 4096;

    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateBounded<StreamingMessage>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse?>> _invocations = [];
    private readonly WorkerQuestions _questions = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string WorkerId => workerId;

    /// <summary>Completes when the worker has opened it.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Completes when it is over, however it ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Carries messages until either side ends it.</summary>
    public async Task RunAsync(IAsyncStreamReader<StreamingMessage> incoming, IAsyncStreamWriter<StreamingMessage> outgoing, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _opened.TrySetResult();
        var pump = PumpAsync(outgoing, over);
        try
        {
            while (await incoming.MoveNext(over.Token)) Take(incoming.Current);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or Grpc.Core.RpcException or InvalidOperationException)
        {
            // A worker that ends breaks its stream off, also when it ends well.
        }
        finally
        {
            End();
            await over.CancelAsync();
            await pump;
        }
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="question">Its request id is set here.</param>
    /// <param name="answer">The kind of message that answers.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="TimeoutException">No answer came in time.</exception>
    /// <exception cref="WorkerGoneException">The stream ended before.</exception>
    public async Task<StreamingMessage> AskAsync(StreamingMessage question, StreamingMessage.ContentOneofCase answer, TimeSpan timeout, CancellationToken cancel)
    {
        question.RequestId = RandomId.Next();
        var answered = _questions.Add(question.RequestId, answer).WaitAsync(timeout, time, cancel);
        try
        {
            if (_ended.Task.IsCompleted || !await TrySendAsync(question, cancel)) throw new WorkerGoneException();
            return await answered;
        }
        finally
        {
            _questions.Remove(question.RequestId);
        }
    }

    /// <summary>Runs a function.</summary>
    /// <returns>Null when the stream ended before the answer.</returns>
    public async Task<InvocationResponse?> InvokeAsync(InvocationRequest request)
    {
        var answered = new TaskCompletionSource<InvocationResponse?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _invocations[request.InvocationId] = answered;
        if (_ended.Task.IsCompleted || !await TrySendAsync(new StreamingMessage { InvocationRequest = request }, CancellationToken.None))
        {
            _invocations.TryRemove(request.InvocationId, out _);
            return null;
        }

        // Whoever ended the stream meanwhile may have missed this one.
        if (_ended.Task.IsCompleted) answered.TrySetResult(null);
        return await answered.Task;
    }

    /// <returns>False when the stream has ended.</returns>
    public async ValueTask<bool> TrySendAsync(StreamingMessage message, CancellationToken cancel)
    {
        try
        {
            await _outgoing.Writer.WriteAsync(message, cancel);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>It is over, or never began: nobody waits for it any more.</summary>
    public void End()
    {
        _ended.TrySetResult();
        _outgoing.Writer.TryComplete();
        _questions.Abandon();
        foreach (var id in _invocations.Keys)
        {
            if (_invocations.TryRemove(id, out var answered)) answered.TrySetResult(null);
        }
    }

    private void Take(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.RpcLog:
                log(message.RpcLog);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_invocations.TryRemove(message.InvocationResponse.InvocationId, out var answered)) answered.TrySetResult(message.InvocationResponse);
                break;
            case StreamingMessage.ContentOneofCase.None:
                // Workers acknowledge some messages by one that holds nothing, or what this version does not know.
                break;
            default:
                _questions.Answer(message);
                break;
        }
    }

    private async Task PumpAsync(IAsyncStreamWriter<StreamingMessage> outgoing, CancellationTokenSource over)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(over.Token)) await outgoing.WriteAsync(message, over.Token);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or Grpc.Core.RpcException or InvalidOperationException)
        {
            await over.CancelAsync();
        }
    }
}
