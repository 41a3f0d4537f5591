using Microsoft.Extensions.Hosting;

namespace FnMesh.Shim.AzureFunctions.Workers;

/// <summary>Signals are the program's to hear: a worker's listener that ended by itself on one would take the worker's stream away before what runs has ended.</summary>
internal sealed class SignalsElsewhere : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
