using System.Text;

namespace FnMesh.Gateway.Kafka;

/// <summary>
/// What the progress topic says of one lane, record after record. A claim counts when it follows the one that held before: of two that follow the same one the first wins, so that an owner that
/// lost the lane without knowing it changes nothing. Records of other owners than the last say nothing.
/// </summary>
internal sealed class JournalState(string subscription, int lane)
{
    private readonly Dictionary<JournalKey, byte[]> _records = [];

    /// <summary>The last owner; null when there was none.</summary>
    public string? Claim { get; private set; }

    /// <summary>Parked events of the last owner, by offset.</summary>
    public IEnumerable<KeyValuePair<long, byte[]>> Parked => from record in _records where record.Key.Kind == JournalKey.Parked && record.Key.Claim == Claim select KeyValuePair.Create(record.Key.Offset, record.Value);

    /// <summary>What the last owner had settled ahead; empty when there is nothing.</summary>
    public ReadOnlySpan<byte> Ahead => Claim is not null && _records.TryGetValue(new JournalKey(subscription, lane, JournalKey.Ahead, Claim, 0), out var ahead) ? ahead : [];

    /// <summary>Records that say nothing once the lane has a new owner; the last owner's claim is the last of them, so that compaction removes no claim before those that it overruled.</summary>
    public IEnumerable<JournalKey> Old(string owner) => _records.Keys.Where(key => key.Claim != owner).OrderBy(key => key.Kind == JournalKey.Claimed ? key.Claim == Claim ? 2 : 0 : 1);

    public void Read(byte[]? key, byte[]? value)
    {
        if (JournalKey.Read(key) is not { } read || read.Subscription != subscription || read.Lane != lane) return;
        if (value is null)
        {
            _records.Remove(read);
            return;
        }

        _records[read] = value;
        if (read.Kind != JournalKey.Claimed) return;
        if (Claim is null || Encoding.UTF8.GetString(value) == Claim) Claim = read.Claim;
    }
}
