using FnMesh.Shim.AzureFunctions.Protocol;
using Grpc.Core;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>Where workers open their streams. The protocol knows no other proof than the worker's id, which is random and given to the process alone.</summary>
/// <param name="expected">The stream of the one worker that may come, once.</param>
/// <param name="time">The clock.</param>
internal sealed class WorkerPort(WorkerStream expected, TimeProvider time) : FunctionRpc.FunctionRpcBase
{
    private static readonly TimeSpan FirstWordTimeout = TimeSpan.FromSeconds(10);

    private int _isTaken;

    public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        using var deadline = new CancellationTokenSource(FirstWordTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.CancellationToken);
        if (!await requestStream.MoveNext(either.Token)
            || requestStream.Current is not { ContentCase: StreamingMessage.ContentOneofCase.StartStream, StartStream.WorkerId: var id }
            || id != expected.WorkerId
            || Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            throw new Grpc.Core.RpcException(new Status(StatusCode.PermissionDenied, "the first message is a StartStream of the worker that was started here, and comes once"));
        }

        await expected.RunAsync(requestStream, responseStream, context.CancellationToken);
    }
}
