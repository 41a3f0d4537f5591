namespace FnMesh.Bench.Events;

/// <summary>A server that takes events, keeps them and gives them to a subscriber, driven by its .NET client.</summary>
internal interface IEventPeer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>What it is, and what it has synced when it acknowledges a publication.</summary>
    string Synced { get; }

    /// <summary>The process that is measured now.</summary>
    int ProcessId { get; }

    /// <summary>User and system time of the server's processes so far.</summary>
    TimeSpan Cpu { get; }

    /// <summary>Begins with nothing kept.</summary>
    /// <param name="acknowledged">Called with the number of each event when its acknowledgement has been sent; null when nobody subscribes.</param>
    Task BeginAsync(Action<long>? acknowledged);

    /// <summary>Completes when the event is acknowledged to its publisher.</summary>
    Task PublishAsync(long number);

    /// <summary>Completes when events with consecutive numbers are all acknowledged to their publisher.</summary>
    Task PublishBatchAsync(long first, int count);

    /// <summary>Ends the subscriber and throws away what is kept.</summary>
    Task EndAsync();
}
