using System.Net;
using System.Net.Sockets;
using FnMesh.EndToEnd.Tests.Harness;

namespace FnMesh.EndToEnd.Tests.Roles;

/// <summary>Control's node port as it is seen by who is kept waiting: takes connections, and passes nothing on until it is let go.</summary>
internal sealed class HeldControl : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<bool> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _control;
    private readonly Task _running;

    /// <param name="control">The node port behind it.</param>
    public HeldControl(Uri control)
    {
        _control = control;
        _listener.Start();
        _running = TakeAsync();
    }

    public string Address => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Completes when a node has said its first words, and so waits for an answer.</summary>
    public Task WhenAskedAsync() => Patience.ForAsync(_asked.Task, () => "a node asks control");

    public void LetGo() => _letGo.SetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task TakeAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true) passing.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        finally
        {
            await Task.WhenAll(passing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PassAsync(TcpClient node)
    {
        using var from = node;
        var first = new byte[4096];
        var length = await from.GetStream().ReadAsync(first, _stop.Token);
        _asked.TrySetResult(true);
        await _letGo.Task.WaitAsync(_stop.Token);
        using var to = new TcpClient();
        await to.ConnectAsync(IPAddress.Loopback, _control.Port, _stop.Token);
        await to.GetStream().WriteAsync(first.AsMemory(0, length), _stop.Token);
        await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream(), _stop.Token), to.GetStream().CopyToAsync(from.GetStream(), _stop.Token));
    }
}
