using System.Threading.Channels;
using FnMesh.Node.Protocol;

namespace FnMesh.Control.Nodes;

/// <summary>What one stream is still to be told: of each subject the latest word alone, so that a slow node holds neither memory nor others.</summary>
internal sealed class NodeOutbox
{
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, ToNode> _waiting = [];

    public void Add(ToNode word)
    {
        lock (_gate) _waiting[Subject(word)] = word;
        _bell.Writer.TryWrite(true);
    }

    /// <summary>Ends the stream.</summary>
    public void Close() => _bell.Writer.TryComplete();

    /// <summary>The words in an order in which they can be acted on: trust first.</summary>
    public async IAsyncEnumerable<ToNode> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        while (await _bell.Reader.WaitToReadAsync(cancel))
        {
            _bell.Reader.TryRead(out _);
            while (Next() is { } word) yield return word;
        }
    }

    private static int Subject(ToNode word) => word.WordCase switch
    {
        ToNode.WordOneofCase.Bundle => 0,
        ToNode.WordOneofCase.RenewNow => 1,
        ToNode.WordOneofCase.Push when word.Push.Subject == FnMesh.Node.Protocol.Subject.Policy => 2,
        ToNode.WordOneofCase.Push => 3,
        ToNode.WordOneofCase.Mesh => 4,
        ToNode.WordOneofCase.Announced => 5,
        _ => 6,
    };

    private ToNode? Next()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0) return null;
            var (subject, word) = _waiting.First();
            _waiting.Remove(subject);
            return word;
        }
    }
}
