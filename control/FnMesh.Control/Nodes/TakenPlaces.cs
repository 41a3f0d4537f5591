namespace FnMesh.Control.Nodes;

/// <summary>The revisions whose place a process that was started by hand has taken. Belongs to the <see cref="NodeTable"/>'s lock.</summary>
internal sealed class TakenPlaces
{
    private HashSet<(string App, string Revision)> _taken = [];

    /// <summary>Raised with app and revision when one takes a place (true), and when none has it any more; a handler must neither block nor call back.</summary>
    public event Action<string, string, bool>? Changed;

    public void Look(IEnumerable<NodeEntry> nodes)
    {
        var taken = nodes.Where(StandingEndpoints.IsInPlace).Select(node => (node.App, node.Function!.Revision)).ToHashSet();
        foreach (var (app, revision) in taken.Except(_taken)) Changed?.Invoke(app, revision, true);
        foreach (var (app, revision) in _taken.Except(taken)) Changed?.Invoke(app, revision, false);
        _taken = taken;
    }
}
