using FnMesh.Policy.Snapshots;

namespace FnMesh.Shim;

/// <summary>Why a revision does not start.</summary>
/// <param name="App">The app's name.</param>
/// <param name="Revision">The revision's name.</param>
/// <param name="Origin">Where the revision was written.</param>
/// <param name="Message">Begins with <c>app/revision: </c> and says what to mend; several lines when a compiler had something to say.</param>
public sealed record RevisionFailure(string App, string Revision, Origin Origin, string Message)
{
    /// <summary>The first line of the message, without whose it is.</summary>
    public string Reason => Message[$"{App}/{Revision}: ".Length..].Split('\n')[0];
}
