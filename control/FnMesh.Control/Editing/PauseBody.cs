namespace FnMesh.Control.Editing;

/// <param name="Paused">Whether the subscription's events are to wait in the log.</param>
internal sealed record PauseBody(bool Paused);
