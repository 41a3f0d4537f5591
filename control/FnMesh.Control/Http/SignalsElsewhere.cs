using Microsoft.Extensions.Hosting;

namespace FnMesh.Control.Http;

/// <summary>Keeps the web host's hands off SIGINT and SIGTERM: the program ends in its own order.</summary>
internal sealed class SignalsElsewhere : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
