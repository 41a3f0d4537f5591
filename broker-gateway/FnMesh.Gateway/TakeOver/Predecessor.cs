using System.Net;
using System.Net.Sockets;

namespace FnMesh.Gateway.TakeOver;

/// <summary>The gateway that runs on a data directory, as the one sees it that takes over.</summary>
internal sealed class Predecessor : IDisposable
{
    /// <summary>Shorter than the predecessor waits: one that is late gives up, and the other goes on.</summary>
    private static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(60);

    private readonly TakeOverLink _link;
    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Socket> _sockets;
    private long _released;

    private Predecessor(TakeOverLink link, Dictionary<string, Socket> sockets, string directory, TimeProvider time) => (_link, _sockets, _directory, _time) = (link, sockets, directory, time);

    /// <returns>Null when no gateway runs on the directory.</returns>
    /// <exception cref="GatewayStartException">It cannot be taken over from.</exception>
    public static async Task<Predecessor?> FindAsync(string directory, string name, TimeProvider time, CancellationToken cancel)
    {
        if (!SocketRights.IsSupported) throw new GatewayStartException("a gateway is taken over on Linux alone, on 64-bit machines; stop the running one and start this one without --take-over");
        using var timeout = new CancellationTokenSource(StepTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        TakeOverLink? link = null;
        List<Socket> sockets = [];
        try
        {
            link = await TakeOverLink.OpenAsync(directory, either.Token);
            if (link is null) return null;
            await link.WriteLineAsync($"{TakeOverLink.TakeOver} {name}", either.Token);
            var names = (await link.ReceiveSocketsAsync(sockets, either.Token))?.Split(' ') ?? [];
            if (names is not [TakeOverLink.Sockets, .. var named] || named.Length != sockets.Count) throw new IOException(string.Join(' ', names));
            return new Predecessor(link, named.Zip(sockets).ToDictionary(static pair => pair.First, static pair => pair.Second), directory, time);
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException or ArgumentException)
        {
            foreach (var socket in sockets) socket.Dispose();
            link?.Dispose();
            cancel.ThrowIfCancellationRequested();
            throw Refused(directory, failure);
        }
    }

    /// <summary>The socket that it listens on there; null when it listens elsewhere.</summary>
    /// <param name="name">Of which listener.</param>
    /// <param name="wanted">Where this gateway is to listen; at port 0 wherever the other one does.</param>
    public Socket? Take(string name, IPEndPoint wanted) =>
        _sockets.TryGetValue(name, out var socket) && socket.LocalEndPoint is IPEndPoint there && there.Address.Equals(wanted.Address) && (wanted.Port == 0 || wanted.Port == there.Port) && _sockets.Remove(name) ? socket : null;

    /// <summary>Completes when the event log may be opened.</summary>
    /// <exception cref="GatewayStartException">The other one does not let go of it.</exception>
    public async Task ReleaseAsync(CancellationToken cancel)
    {
        if (await AskAsync(TakeOverLink.Release, TakeOverLink.Released, cancel) is { } failure) throw Refused(_directory, failure);
        _released = _time.GetTimestamp();
    }

    /// <summary>Completes when the other one accepts nothing any more, or is gone.</summary>
    /// <exception cref="GatewayStartException">It is too late: the other one goes on.</exception>
    public async Task ServeAsync(CancellationToken cancel)
    {
        if (_time.GetElapsedTime(_released) > StepTimeout) throw Refused(_directory, new IOException($"this one did not serve within {StepTimeout.TotalSeconds:0} s"));
        await AskAsync(TakeOverLink.Serving, TakeOverLink.Left, cancel);
    }

    public void Dispose()
    {
        foreach (var socket in _sockets.Values) socket.Dispose();
        _sockets.Clear();
        _link.Dispose();
    }

    private static GatewayStartException Refused(string directory, Exception why) => new($"the gateway on '{directory}' is not taken over: {why.Message}; it goes on", why);

    /// <returns>Why the answer did not come; null when it did.</returns>
    private async Task<Exception?> AskAsync(string word, string awaited, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(StepTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            await _link.WriteLineAsync(word, either.Token);
            var answer = await _link.ReadLineAsync(either.Token);
            return answer == awaited ? null : new IOException(answer is null ? "it went away" : $"it answered '{answer}'");
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
        {
            cancel.ThrowIfCancellationRequested();
            return failure;
        }
    }
}
