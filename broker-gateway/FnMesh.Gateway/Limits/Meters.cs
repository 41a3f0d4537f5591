namespace FnMesh.Gateway.Limits;

/// <summary>What is known of one key: of everybody, of a principal, or of a header's value.</summary>
internal sealed class Meters(string key)
{
    public string Key => key;

    public RateMeter Rate { get; } = new();

    public InFlightMeter InFlight { get; } = new();

    /// <summary>The neighbours by last use; of the shard that holds it.</summary>
    public Meters? Newer { get; set; }

    /// <inheritdoc cref="Newer"/>
    public Meters? Older { get; set; }
}
