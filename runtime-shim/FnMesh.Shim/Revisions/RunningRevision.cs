using FnMesh.Policy.Snapshots;

namespace FnMesh.Shim.Revisions;

/// <summary>A revision as it was last applied: the generation that serves, and the one that shall replace it once it is ready.</summary>
internal sealed class RunningRevision(string app, Generation current)
{
    public string App { get; } = app;

    public Generation Current { get; private set; } = current;

    public Generation? Next { get; private set; }

    public bool WasReady { get; private set; }

    /// <summary>The generation that was applied last.</summary>
    public Generation Newest => Next ?? Current;

    public RevisionEndpoints Endpoints => new(App, Newest.Entry.Name, WasReady, Current.Endpoints);

    public RevisionFailure? Failure =>
        Newest.Failure is { } failure ? new RevisionFailure(App, Newest.Entry.Name, Newest.Entry.Origin, $"{App}/{Newest.Entry.Name}: {failure}") : null;

    /// <summary>Puts a new generation in the place of the newest: beside the one that serves, or instead of one that does not.</summary>
    /// <returns>The replicas that are no longer wanted.</returns>
    public IReadOnlyList<Replica> Replace(Generation generation)
    {
        var given = Newest;
        if (Next is null && Current.Endpoints.Length > 0)
        {
            Next = generation;
            return [];
        }

        if (Next is null)
        {
            Current = generation;
        }
        else
        {
            Next = generation;
        }

        return given.Replicas;
    }

    /// <summary>Gives the next generation up, because the current one is what is wanted after all.</summary>
    /// <returns>The replicas that are no longer wanted.</returns>
    public IReadOnlyList<Replica> KeepCurrent()
    {
        var given = Next?.Replicas ?? [];
        Next = null;
        return given;
    }

    /// <summary>Lets the next generation serve if it is ready, or if the current one has nothing left to serve with.</summary>
    /// <returns>The replicas that are no longer wanted.</returns>
    public IReadOnlyList<Replica> Advance()
    {
        IReadOnlyList<Replica> left = [];
        if (Next is { } next && (next.IsReady || (Current.Endpoints.Length == 0 && next.Endpoints.Length > 0)))
        {
            left = Current.Replicas;
            Current = next;
            Next = null;
        }

        WasReady |= Current.Endpoints.Length > 0;
        return left;
    }
}
