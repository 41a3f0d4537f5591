namespace FnMesh.Shim.AzureFunctions.Workers;

/// <param name="Text">What happened, for people.</param>
/// <param name="IsWanted">Whether the worker itself wants to be started again, at once.</param>
internal readonly record struct WorkerEnd(string Text, bool IsWanted = false)
{
    /// <summary>The exit status by which a worker asks for it.</summary>
    public const int WantsRestart = 200;
}
