namespace FnMesh.Control.Logs;

/// <summary>One line of the answer: a line that was said, or how many were missed.</summary>
/// <param name="Time">When; of missed lines, when the first that was not came.</param>
/// <param name="App">Who said it; null where lines were missed.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Text">What.</param>
/// <param name="Missed">How many lines, of all apps, were gone before they were read.</param>
internal sealed record LogRecord(string? Time, string? App, string? Revision, string? Text, long? Missed = null);
