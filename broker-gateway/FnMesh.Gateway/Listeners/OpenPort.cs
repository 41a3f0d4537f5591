using FnMesh.Gateway.Ingress;

namespace FnMesh.Gateway.Listeners;

/// <summary>A port that is served.</summary>
internal sealed class OpenPort(EdgeServer server, bool isSecure, TimeProvider time) : IDisposable
{
    private CancellationTokenSource? _cut;

    public EdgeServer Server => server;

    /// <summary>Whether it speaks TLS.</summary>
    public bool IsSecure => isSecure;

    /// <summary>Completes when nothing is in flight any more, or the time for it is up.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Frees the port at once and lets what is in flight go on for a while.</summary>
    public void End(TimeSpan within)
    {
        _cut = new CancellationTokenSource(within, time);
        Ended = server.StopAsync(_cut.Token);
    }

    /// <summary>Ends what is in flight.</summary>
    public Task CutAsync() => _cut?.CancelAsync() ?? Task.CompletedTask;

    public void Dispose()
    {
        server.Dispose();
        _cut?.Dispose();
    }
}
