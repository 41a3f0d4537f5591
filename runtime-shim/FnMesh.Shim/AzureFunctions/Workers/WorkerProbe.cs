using FnMesh.Shim.AzureFunctions.Protocol;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>Asks a worker now and then whether it is there, and says when it does not answer. What is to be done about that, the time limit of its functions says.</summary>
internal sealed class WorkerProbe(WorkerStream stream, WorkerLog log, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken over)
    {
        var isSilent = false;
        while (true)
        {
            await Task.Delay(Interval, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested || stream.Ended.IsCompleted) return;
            try
            {
                await stream.AskAsync(new StreamingMessage { WorkerStatusRequest = new() }, StreamingMessage.ContentOneofCase.WorkerStatusResponse, Patience, over);
                if (isSilent) log.Take(isError: false, "the worker answers again");
                isSilent = false;
            }
            catch (TimeoutException) when (!isSilent)
            {
                isSilent = true;
                log.Take(isError: true, $"the worker has not answered for {Patience.TotalSeconds} s: a function keeps it busy without ever waiting");
            }
            catch (TimeoutException)
            {
            }
            catch (Exception ended) when (ended is WorkerGoneException or OperationCanceledException)
            {
                return;
            }
        }
    }
}
