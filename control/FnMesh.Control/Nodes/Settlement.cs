using FnMesh.Node.Protocol;

namespace FnMesh.Control.Nodes;

/// <summary>
/// Nodes that are told what became of their word once every gateway knows of it: that an endpoint stands, or that nobody calls it any more. Belongs to the <see cref="NodeTable"/>'s lock.
/// </summary>
internal sealed class Settlement(TimeProvider time)
{
    /// <summary>A gateway that does not answer holds nobody up for longer.</summary>
    private static readonly TimeSpan GatewaysTimeout = TimeSpan.FromSeconds(2);

    private readonly HashSet<NodeEntry> _unsettled = [];

    public bool IsEmpty => _unsettled.Count == 0;

    /// <summary>Tells a node at once what became of its announcement.</summary>
    public static void Answer(NodeEntry node)
    {
        (node.Unanswered, node.AnsweredBy) = (false, null);
        var answer = new Announced { Number = node.Announcement!.Number };
        answer.Faults.Add(node.Refusal);
        node.Outbox?.Add(new ToNode { Announced = answer });
    }

    /// <summary>A function that is told that it stands may tell others: gateways are to know it by then.</summary>
    public void AnswerLater(NodeEntry node)
    {
        node.AnsweredBy = Deadline();
        _unsettled.Add(node);
    }

    /// <param name="node">Who leaves.</param>
    /// <param name="version">The endpoints, by when gateways no longer call it.</param>
    public void LeaveLater(NodeEntry node, string version)
    {
        (node.LeftWith, node.LeavesBy) = (version, Deadline());
        _unsettled.Add(node);
    }

    /// <param name="known">Whether every gateway has the endpoints of now.</param>
    public void Settle(bool known)
    {
        var now = time.GetTimestamp();
        _unsettled.RemoveWhere(node => IsSettled(node, known, now));
    }

    private long Deadline() => time.GetTimestamp() + (long)(GatewaysTimeout.TotalSeconds * time.TimestampFrequency);

    private static bool IsSettled(NodeEntry node, bool known, long now)
    {
        if (node.AnsweredBy is { } by && (known || by <= now)) Answer(node);
        if (node.LeftWith is not null && (known || node.LeavesBy <= now))
        {
            node.Outbox?.Add(new ToNode { Left = new Left() });
            node.LeftWith = null;
        }

        return node is { AnsweredBy: null, LeftWith: null };
    }
}
