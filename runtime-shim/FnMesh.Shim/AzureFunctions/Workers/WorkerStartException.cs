namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>A worker does not come to serve; the message names the mend.</summary>
/// <param name="message">For people.</param>
/// <param name="isFinal">Whether another try would end in the same way until somebody mends it.</param>
internal sealed class WorkerStartException(string message, bool isFinal = false) : Exception(message)
{
    public bool IsFinal => isFinal;
}
