using System.Globalization;
using System.Net.Sockets;
using FnMesh.Gateway.Broker;
using FnMesh.Gateway.Broker.Embedded;
using FnMesh.Gateway.Events;

namespace FnMesh.Gateway.TakeOver;

/// <summary>
/// Events that were published to a gateway after it had handed over its log: it sends them to whoever holds the log now, with the principal that it established. Only the user who runs the gateways can reach that socket.
/// </summary>
/// <param name="directory">The data directory of both.</param>
/// <param name="time">The clock.</param>
internal sealed class ForwardedEvents(string directory, TimeProvider time) : IDisposable
{
    /// <summary>
    /// Publications on their way at once; the rest waits. All that was published while the log changed hands goes on at one moment, and several gateways may be draining: together they must not fill the queue of the
    /// holder's socket, for what does not fit there is refused.
    /// </summary>
    private const int MaxAtOnce = 16;

    private const string Stored = "stored", Full = "full";

    /// <summary>Events of one publication: its body holds no more.</summary>
    private const int MaxEvents = 1 << 20;

    /// <summary>Bytes of one event, with all that belongs to it.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of one publication.</summary>
    private const long MaxBytesAtOnce = 128L * 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _room = new(MaxAtOnce);

    /// <inheritdoc cref="IBroker.AppendAsync"/>
    public async ValueTask<long?> SendAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            await _room.WaitAsync(either.Token);
            try
            {
                return await SendNowAsync(events, either.Token);
            }
            finally
            {
                _room.Release();
            }
        }
        catch (Exception lost) when (lost is IOException or SocketException || (lost is OperationCanceledException && timeout.IsCancellationRequested))
        {
            cancel.ThrowIfCancellationRequested();
            throw new BrokerException($"the gateway that took over did not store what was published ({TakeOverLink.PathIn(directory)}: {lost.Message}); publish again", lost);
        }
    }

    public void Dispose() => _room.Dispose();

    /// <summary>Stores what a predecessor sends, and answers.</summary>
    public static async Task TakeAsync(TakeOverLink link, string count, IBroker broker, CancellationToken cancel)
    {
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var events) || events is 0 or > MaxEvents) throw new IOException($"'{count}' is no number of events");
        var records = new List<EventRecord>();
        var left = MaxBytesAtOnce;
        while (records.Count < events)
        {
            var attributes = await link.ReadBlockAsync(MaxBytes, cancel);
            var data = await link.ReadBlockAsync(MaxBytes, cancel);
            left -= attributes.Length + data.Length;
            if (left < 0) throw new IOException($"more than {MaxBytesAtOnce} bytes came at once");
            records.Add(EventBytes.Decode(attributes, data));
        }

        string answer;
        try
        {
            answer = await broker.AppendAsync(records, cancel) is { } offset ? string.Create(CultureInfo.InvariantCulture, $"{Stored} {offset}") : Full;
        }
        catch (BrokerException failed)
        {
            answer = failed.Message;
        }

        await link.WriteLineAsync(answer, cancel);
    }

    private async Task<long?> SendNowAsync(IReadOnlyList<EventRecord> events, CancellationToken cancel)
    {
        using var link = await TakeOverLink.OpenAsync(directory, cancel) ?? throw new IOException("nobody listens there");
        await link.WriteLineAsync($"{TakeOverLink.Append} {events.Count}", cancel);
        foreach (var record in events)
        {
            await link.WriteBlockAsync(EventBytes.Encode(record), cancel);
            await link.WriteBlockAsync(record.Data, cancel);
        }

        var answer = await link.ReadLineAsync(cancel);
        if (answer == Full) return null;
        return answer?.Split(' ', 2) is [Stored, var offset] ? long.Parse(offset, CultureInfo.InvariantCulture) : throw new IOException(answer ?? "it went away without an answer");
    }
}
