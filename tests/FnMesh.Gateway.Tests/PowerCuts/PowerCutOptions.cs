namespace FnMesh.Gateway.Tests.PowerCuts;

/// <param name="Cuts">How often the power goes.</param>
/// <param name="Seed">What the moments and what is left of unsynced writes are drawn from.</param>
/// <param name="Syncs">Whether the log syncs; without it the run must find what was lost.</param>
/// <param name="Keys">Partition keys under load, one publisher each.</param>
/// <param name="WithoutKey">Publishers of events without a key.</param>
internal sealed record PowerCutOptions(int Cuts, int Seed, bool Syncs = true, int Keys = 12, int WithoutKey = 4)
{
    /// <summary>Writes and syncs before a cut, at most: checkpoints are among them.</summary>
    public int MostSteps { get; init; } = 3_000;
}
