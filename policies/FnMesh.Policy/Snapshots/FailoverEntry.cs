namespace FnMesh.Policy.Snapshots;

/// <summary>Where traffic goes while the backend that it was meant for cannot take it.</summary>
/// <param name="App">The app.</param>
/// <param name="Revision">One revision; null means the app, whose traffic shares apply.</param>
public sealed record FailoverEntry(string App, string? Revision);
