using FnMesh.Shim.Members;

namespace FnMesh.Shim.Revisions;

/// <summary>
/// What gateways are told of a replica: that it serves, and that it does no more. Its own loop and the supervisor's tell it, so each word goes out under one lock, and after the word that
/// takes it out for good none says that it serves again.
/// </summary>
/// <param name="serve">Says that the process serves, before its first wait.</param>
/// <param name="leave">Says that it does no more, before its first wait.</param>
internal sealed class Offer(Func<Served, CancellationToken, Task> serve, Func<CancellationToken, Task> leave)
{
    private readonly Lock _gate = new();
    private bool _hasLeft;
    private bool _isWithdrawn;

    public Task ServeAsync(Served served, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_isWithdrawn) return Task.CompletedTask;
            _hasLeft = false;
            return serve(served, cancel);
        }
    }

    /// <param name="forGood">Whether nothing of it is to serve any more.</param>
    /// <param name="cancel">Gives up the wait.</param>
    public Task LeaveAsync(bool forGood, CancellationToken cancel)
    {
        lock (_gate)
        {
            _isWithdrawn |= forGood;
            if (_hasLeft) return Task.CompletedTask;
            _hasLeft = true;
            return leave(cancel);
        }
    }
}
