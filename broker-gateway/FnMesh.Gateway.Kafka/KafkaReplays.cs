using System.Text.Json;
using FnMesh.Gateway.Broker;

namespace FnMesh.Gateway.Kafka;

/// <summary>How far the replays are that were begun at this gateway: a file of its data directory. Another gateway goes on with none of them.</summary>
internal sealed class KafkaReplays
{
    public const string FileName = "kafka.replays";
    private const int Remembered = 100;

    private readonly Lock _gate = new();
    private readonly string _path;
    private IReadOnlyList<Replay> _all;

    private KafkaReplays(string path, IReadOnlyList<Replay> all) => (_path, _all) = (path, all);

    /// <summary>All that run, and the last hundred of those that have ended; newest first.</summary>
    public IReadOnlyList<Replay> All => Volatile.Read(ref _all);

    /// <exception cref="BrokerException">The file cannot be used.</exception>
    public static KafkaReplays Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return new(path, File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), KafkaReplaysJson.Default.IReadOnlyListReplay) ?? [] : []);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BrokerException($"{path}: how far replays are cannot be read ({fault.Message}); remove the file, and begin again those that had not ended", fault);
        }
    }

    /// <summary>Stores one, with a number if it has none.</summary>
    /// <exception cref="BrokerException">The file cannot be written.</exception>
    public Replay Store(Replay replay)
    {
        lock (_gate)
        {
            if (replay.Number == 0) replay = replay with { Number = 1 + (_all.Count == 0 ? 0 : _all[0].Number) };
            var ended = 0;
            IReadOnlyList<Replay> next = [.. _all.Where(one => one.Number != replay.Number).Append(replay).OrderByDescending(static one => one.Number).Where(one => one.Ended is null || ended++ < Remembered)];
            try
            {
                Write(next);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new BrokerException($"{_path}: how far a replay is cannot be stored ({fault.Message})", fault);
            }

            Volatile.Write(ref _all, next);
            return replay;
        }
    }

    private void Write(IReadOnlyList<Replay> next)
    {
        var half = $"{_path}.new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(half, options))
        {
            JsonSerializer.Serialize(file, next, KafkaReplaysJson.Default.IReadOnlyListReplay);
            file.Flush(flushToDisk: true);
        }

        File.Move(half, _path, overwrite: true);
    }
}
