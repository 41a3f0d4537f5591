using FnMesh.Gateway.Attempts;
using FnMesh.Gateway.Pipeline;
using Microsoft.AspNetCore.Http;

namespace FnMesh.Gateway.Faults;

/// <summary>A delay that was drawn for one envelope.</summary>
/// <param name="Delay">How long.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Then">What ends the envelope's way after it; null when it goes on.</param>
internal sealed record InjectedFault(TimeSpan Delay, string Source, Outcome? Then)
{
    /// <summary>Tells callers that their answer was delayed on purpose.</summary>
    private const string Header = "fnmesh-fault";

    /// <summary>For headers and spans.</summary>
    public string Text { get; } = FormattableString.Invariant($"delay={Delay.TotalMilliseconds:0}ms");

    public void Tell(IHeaderDictionary headers) => headers[Header] = Text;

    /// <returns>What ends the way; null when it goes on.</returns>
    public async ValueTask<Outcome?> WaitAsync(Envelope envelope, Deadline request, TimeProvider time)
    {
        try
        {
            await Task.Delay(Delay, time, request.Token);
            return Then;
        }
        catch (OperationCanceledException) when (request.Token.IsCancellationRequested)
        {
            return request.Passed ? new Outcome(Verdict.Timeout, $"the time was up during a delay of {Delay.TotalMilliseconds:0} ms that was injected ({Source})") : CutShort.Of(envelope);
        }
    }
}
