using Microsoft.AspNetCore.Http;

namespace FnMesh.Shim.Members;

/// <summary>
/// Where the process behind a shim listens. A request that the process never saw may wait here for the next one, when the process is started again: for a bounded time, and not too many at once,
/// each with no more than its head read.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ProcessPlace(TimeProvider time)
{
    /// <summary>Requests that wait at once; more are told so at once.</summary>
    public const int MaxWaiting = 256;

    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Seat? _seat;
    private TimeSpan _patience;
    private int _waiting;

    /// <summary>Null while there is no process.</summary>
    public Seat? Current => _seat;

    /// <summary>A process listens.</summary>
    /// <param name="process">Where.</param>
    /// <param name="patience">How long a request waits for the next one if this one turns out to be gone; zero where somebody else can take it.</param>
    public void Take(Uri process, TimeSpan patience) => Take(Seat.At(process), patience);

    /// <inheritdoc cref="Take(Uri, TimeSpan)"/>
    /// <param name="seat">What takes requests.</param>
    /// <param name="patience">As above.</param>
    public void Take(Seat seat, TimeSpan patience) => Change((_, _) => (seat, patience));

    /// <summary>The process has ended, and the next one is on its way.</summary>
    public void Lose() => Change(static (_, patience) => (null, patience));

    /// <summary>Nobody waits for the next process any more; the one that is there, if any, stays.</summary>
    public void Close() => Change(static (seat, _) => (seat, TimeSpan.Zero));

    /// <summary>The process that comes after one that is gone.</summary>
    /// <param name="gone">The one that could not be reached; null for none.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<Next> NextAsync(Seat? gone, CancellationToken cancel)
    {
        CancellationTokenSource? over = null;
        try
        {
            while (true)
            {
                Task changed;
                lock (_gate)
                {
                    if (_seat is { } seat && seat != gone) return new(seat);
                    if (_patience == TimeSpan.Zero) return default;
                    if (over is null)
                    {
                        if (_waiting == MaxWaiting) return new(null, IsFull: true);
                        over = new CancellationTokenSource(_patience, time);
                        _waiting++;
                    }

                    changed = _changed.Task;
                }

                using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
                await changed.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return default;
        }
        finally
        {
            if (over is not null)
            {
                over.Dispose();
                lock (_gate) _waiting--;
            }
        }
    }

    private void Change(Func<Seat?, TimeSpan, (Seat? Seat, TimeSpan Patience)> next)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
            (_seat, _patience) = next(_seat, _patience);
        }

        changed.TrySetResult();
    }

    /// <summary>What a wait came to.</summary>
    /// <param name="Seat">The process; null when it did not come in time.</param>
    /// <param name="IsFull">There was no wait: as many wait as may.</param>
    internal readonly record struct Next(Seat? Seat, bool IsFull = false);

    /// <summary>One process; the next one may listen on the same address.</summary>
    internal sealed class Seat
    {
        private Seat(string authority, Func<HttpContext, Task<bool>>? handle) => (Authority, Handle) = (authority, handle);

        /// <summary>Scheme, host and port; empty where the shim itself hands requests over.</summary>
        public string Authority { get; }

        /// <summary>Hands a request over and answers it; false when the process never saw it and nothing was answered. Null where the process takes HTTP itself.</summary>
        public Func<HttpContext, Task<bool>>? Handle { get; }

        public static Seat At(Uri process) => new(process.GetLeftPart(UriPartial.Authority), null);

        public static Seat Behind(Func<HttpContext, Task<bool>> handle) => new("", handle);
    }
}
