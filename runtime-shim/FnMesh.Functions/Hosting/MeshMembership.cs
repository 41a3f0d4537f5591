using Microsoft.Extensions.Hosting;

namespace FnMesh.Functions.Hosting;

/// <summary>Keeps an app that is no member of a mesh from opening a port: it would serve whoever asks.</summary>
internal sealed class MeshMembership : IHostedLifecycleService
{
    /// <exception cref="InvalidOperationException">Always: joining is not supported yet.</exception>
    public Task StartingAsync(CancellationToken cancellationToken) => throw new InvalidOperationException(
        "A function app serves only as a member of a mesh, and joining one is not supported yet in this version of FnMesh.Functions. "
        + "Until it is, run the functions as a plain HTTP process under `fnmesh up`.");

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
