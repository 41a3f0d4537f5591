namespace FnMesh.Gateway.Pipeline;

/// <summary>Where an envelope leaves the gateway.</summary>
internal interface ITerminal
{
    /// <summary>Never throws; a cancelled token is an outcome.</summary>
    ValueTask<Outcome> RunAsync(Envelope envelope, CancellationToken cancel);
}
