namespace FnMesh.Control.Logs;

/// <param name="App">Only lines of this app; null for all.</param>
/// <param name="Revision">Only lines of this revision; null for all.</param>
/// <param name="Tail">How many of those that are there.</param>
/// <param name="Follow">Whether to go on with those that come.</param>
internal sealed record LogQuestion(string? App, string? Revision, int Tail, bool Follow)
{
    public bool Wants(LogLine line) => (App is null || line.App == App) && (Revision is null || line.Revision == Revision);
}
