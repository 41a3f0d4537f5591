namespace FnMesh.Bench.Events;

/// <summary>One way to load a server.</summary>
/// <param name="Name">As the table says it.</param>
/// <param name="Delivers">Whether a subscriber takes the events.</param>
/// <param name="InFlight">How many publications wait for their acknowledgement at a time; with a rate the most that may.</param>
/// <param name="Batch">How many events a publication has.</param>
/// <param name="PerSecond">Events a second, whatever becomes of those before; null for as many as are taken.</param>
internal sealed record Load(string Name, bool Delivers, int InFlight, int Batch = 1, double? PerSecond = null)
{
    /// <summary>Events in a batch.</summary>
    public const int BatchEvents = 100;

    public static readonly Load[] Publishing = [new("publish, 1", false, 1), new("publish, 64", false, 64), new("publish, 512", false, 512), new($"publish, 4 × {BatchEvents}", false, 4, BatchEvents)];

    public static readonly Load[] Delivering = [new("deliver, 1", true, 1), new("deliver, 64", true, 64), new("deliver, 512", true, 512)];

    /// <param name="perSecond">What each server gets.</param>
    public static Load Half(double perSecond) => new($"deliver at {perSecond:0}/s", true, 4_096, 1, perSecond);
}
